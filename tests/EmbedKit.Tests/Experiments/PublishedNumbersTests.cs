using EmbedKit.Experiments;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Experiments;

public sealed class PublishedNumbersTests
{
    private static readonly PublishedNumbers Numbers = PublishedNumbers.Load();

    [Theory]
    [InlineData("ham10000", "clip", "early", 0.7142, 0.8218, 132_359, 2003)]
    [InlineData("BRSET", "embeddings", "late", 0.9460, 0.9874, 311_809, 3254)]
    [InlineData("satellitebench", "raw", "early", 0.5695, 0.5769, 197_250, 312)]
    public void A_run_is_found_by_data_set_representation_and_fusion(
        string dataSet, string representation, string fusion, double f1, double accuracy, long parameters, int testRows)
    {
        var run = Numbers.Result(dataSet, representation, fusion);
        Assert.NotNull(run);
        Assert.Equal((f1, accuracy, parameters, testRows), (run.BestMacroF1, run.BestAccuracy, run.Parameters, run.TestRows));
        Assert.Contains("arXiv 2406.02601", run.Source, StringComparison.Ordinal);
        Assert.Contains(".ipynb cell", run.Source, StringComparison.Ordinal);
    }

    /// <summary>A layer on 768 + 768 numbers, a normalisation and the outputs account for every number that was trained: no encoder was.</summary>
    [Fact]
    public void Of_a_raw_run_the_head_alone_was_trained()
    {
        var outputs = new Dictionary<string, int>
        {
            ["brset"] = 1,
            ["fakeddit"] = 1,
            ["ham10000"] = 7,
            ["recipes5k"] = 101,
            ["satellitebench"] = 2,
            ["satellitebench_3"] = 3,
        };
        var raw = Numbers.Results.Where(r => r.Representation == "raw").ToArray();
        Assert.Equal(12, raw.Length);
        Assert.All(raw, r => Assert.Equal(
            (r.Fusion == "early" ? (1536 * 128) + 128 + 256 : (2 * ((768 * 64) + 64 + 128))) + (129 * outputs[r.DataSet]), r.Parameters));
    }

    [Fact]
    public void What_was_not_published_is_null_and_not_zero()
    {
        Assert.Null(Numbers.Result("mimic", "raw", "early"));
        Assert.Null(Numbers.Result("fakeddit", "raw", "early")!.BestMacroF1);
        Assert.Null(Numbers.MemoryOf("brset_3", "clip", "early"));
    }

    [Fact]
    public void Every_row_of_every_file_arrives()
    {
        Assert.Equal(53, Numbers.Results.Count);
        Assert.Equal(46, Numbers.Memory.Count);
        var points = Numbers.AlignmentCurves(includeStale: true).ToLookup(c => c.Paper, c => c.Points.Count);
        Assert.Equal((2 * 86) + 674, points[PublishedNumbers.Paper].Sum());
        // Every row has an AUC; the last experiment has nothing else.
        Assert.Equal(748 + 572 + 572, points[PublishedNumbers.SuccessorPaper].Sum());
    }

    [Fact]
    public void Stale_curves_are_left_out_unless_asked_for()
    {
        Assert.DoesNotContain(Numbers.AlignmentCurves(), c => c.Stale is not null);
        Assert.Empty(Numbers.AlignmentCurves("fakeddit"));
        var stale = Numbers.AlignmentCurves(includeStale: true).Where(c => c.Stale is not null).ToArray();
        Assert.Equal(2 * 41, stale.Sum(c => c.Points.Count));
        Assert.Equal(["fakeddit", "recipes5k", "satellitebench"], stale.Select(c => c.DataSet).Distinct().Order());
    }

    [Fact]
    public void A_curve_runs_over_lambda_in_order_and_carries_its_source()
    {
        var curve = Numbers.AlignmentCurves("ham10000", "clip", "early", "f1_macro")
            .Single(c => c.Source.Contains("Metrics_clip.pdf", StringComparison.Ordinal));
        Assert.Equal(21, curve.Points.Count);
        Assert.Equal((-1.0, 1.0), (curve.Points[0].Lambda, curve.Points[^1].Lambda));
        Assert.Equal(curve.Points.OrderBy(p => p.Lambda), curve.Points);
        var notebook = Numbers.AlignmentCurves("brset", "clip", "late", "f1_macro").First(c => c.Source.Contains(".ipynb", StringComparison.Ordinal));
        Assert.Equal(0.8811868433565498, notebook.Points.Single(p => p.Lambda == 0).Value);
    }

    [Fact]
    public void No_curve_has_two_values_at_one_lambda_and_all_lie_between_0_and_1() =>
        Assert.All(Numbers.AlignmentCurves(includeStale: true), c =>
        {
            Assert.Equal(c.Points.Count, c.Points.Select(p => p.Lambda).Distinct().Count());
            Assert.All(c.Points, p => Assert.InRange(p.Value, 0, 1));
        });

    [Fact]
    public void The_successor_brings_spread_over_five_runs()
    {
        var curve = Numbers.AlignmentCurves("brset", "BioMedCLIP", "early", "f1_macro").Single(c => c.Note == "early_linear_5runs_batch512");
        Assert.Equal((0.6680001350318145, 0.0011029755087749828), (curve.Points[0].Value, curve.Points[0].StandardDeviation));
        Assert.Contains("arXiv 2603.17246", curve.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_that_is_no_number_is_named_by_file_row_and_column()
    {
        var folder = Directory.CreateTempSubdirectory("embedkit-reference-").FullName;
        try
        {
            var source = RepositoryFolder.Find("data/reference");
            foreach (var file in Directory.GetFiles(source, "*.csv"))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            var memory = Path.Combine(folder, "paper_memory.csv");
            File.WriteAllText(memory, File.ReadAllText(memory).Replace("50.88", "fifty", StringComparison.Ordinal));
            var error = Assert.Throws<InputException>(() => PublishedNumbers.Load(folder));
            Assert.Contains("paper_memory.csv row 2: 'fifty' in column 'train_mb_per_epoch'", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
