using EmbedKit.Charts;
using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Experiments;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

public class PublishedTablesTests
{
    private static readonly PublishedNumbers Numbers = PublishedNumbers.Load();

    [Fact]
    public void Published_numbers_become_frames_with_a_source_in_every_row()
    {
        var (results, sizes, curves) = (Numbers.Results.ToTable(), Numbers.Memory.ToTable(), Numbers.AlignmentCurves().ToTable());
        Assert.Equal(Numbers.Results.Count, results.RowCount);
        Assert.Equal(Numbers.Memory.Count, sizes.RowCount);
        Assert.Equal(Numbers.AlignmentCurves().Sum(c => c.Points.Count), curves.RowCount);
        Assert.All(new[] { results, sizes, curves }, t => Assert.DoesNotContain("", t["source"]));
        Assert.Equal(Numbers.Results[0].BestMacroF1, results.ToFrame().GetColumn<double>("best_f1_macro")[0]);
        Assert.Equal(Numbers.Memory[0].Model, sizes.ToDataFrame()["model_mib"][0]);
        Assert.Equal(typeof(double), curves.ToDataFrame()["standard_deviation"].DataType);
    }

    [Fact]
    public void Lesions_shared_in_the_published_split_are_791_of_2003_and_the_metadata_count_the_same()
    {
        var known = Numbers.SharedLesions;
        int[] Column(string name) => [.. Enumerable.Range(0, known.RowCount).Select(r => (int)known.Number(name, r))];
        Assert.Equal((791, 2003), (Column("sharing_a_lesion_with_training").Sum(), Column("test_rows").Sum()));

        var table = SplitFile.Join(
            TextTable.Read(Samples.Find("ham10000/HAM10000_metadata.csv")), null, Samples.Find("ham10000/ham10000_paper_split.csv"), []);
        var training = Enumerable.Range(0, table.RowCount).Where(r => table["split"][r] == "train").Select(r => table["lesion_id"][r]).ToHashSet();
        var counted = Enumerable.Range(0, table.RowCount).Where(r => table["split"][r] == "test").GroupBy(r => table["dx"][r])
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Count(), g.Count(r => training.Contains(table["lesion_id"][r]))));
        Assert.Equal(
            counted,
            Enumerable.Range(0, known.RowCount).Select(r => (known["dx"][r], Column("test_rows")[r], Column("sharing_a_lesion_with_training")[r])));
    }
}
