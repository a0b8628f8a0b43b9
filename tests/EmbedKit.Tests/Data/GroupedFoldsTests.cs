using CsCheck;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Data;

public class GroupedFoldsTests
{
    private static readonly Gen<((int Group, int Class)[] Rows, int Folds, ulong Seed)> Cases =
        Gen.Select(Gen.Select(Gen.Int[0, 60], Gen.Int[0, 4]).Array[60, 250], Gen.Int[2, 10], Gen.ULong);

    [Fact]
    public void Every_row_is_tested_once_no_group_is_cut_and_no_fold_is_empty() => Cases.Sample(c =>
    {
        string[] groups = [.. c.Rows.Select(r => $"g{r.Group}")];
        var folds = GroupedFolds.Assign(groups, [.. c.Rows.Select(r => $"c{r.Class}")], c.Folds, new SeededRandom(c.Seed));
        return folds.Length == groups.Length
            && groups.Zip(folds).GroupBy(r => r.First).All(g => g.Select(r => r.Second).Distinct().Count() == 1)
            && folds.Distinct().Order().SequenceEqual(Enumerable.Range(0, c.Folds));
    }, iter: 300);

    [Fact]
    public void Every_class_is_shared_alike_when_groups_are_single_rows() => Cases.Sample(c =>
    {
        string[] ids = [.. c.Rows.Select((_, i) => $"row{i}")];
        var folds = GroupedFolds.Assign(ids, [.. c.Rows.Select(r => $"c{r.Class}")], c.Folds, new SeededRandom(c.Seed));
        bool Alike(IEnumerable<int> of)
        {
            var counts = Enumerable.Range(0, c.Folds).Select(f => of.Count(row => folds[row] == f)).ToArray();
            return counts.Max() - counts.Min() <= 1;
        }

        return Enumerable.Range(0, 5).All(k => Alike(Enumerable.Range(0, folds.Length).Where(row => c.Rows[row].Class == k)));
    }, iter: 300);

    [Theory]
    [InlineData(1, "1 fold of 3 groups")]
    [InlineData(4, "4 folds of 3 groups")]
    public void Impossible_folds_are_refused(int folds, string expected) => Assert.Contains(
        expected, Assert.Throws<InputException>(() => GroupedFolds.Assign(["a", "b", "c", "c"], ["x", "x", "y", "y"], folds, new(1))).Message,
        StringComparison.Ordinal);
}
