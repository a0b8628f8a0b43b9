using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Protocols.Audit;

public sealed class RealMetadataTests
{
    [Fact]
    public void Ham10000_as_downloaded_with_the_published_split_shares_791_test_rows_and_dx_type_gives_nv_away()
    {
        var notes = new List<string>();
        var table = SplitFile.Join(
            TextTable.Read(Samples.Find("ham10000/HAM10000_metadata.csv")), null, Samples.Find("ham10000/ham10000_paper_split.csv"), notes);
        var report = LeakAudit.Run(table, new(), new RandomStreams(0), null, TestContext.Current.CancellationToken);
        Assert.Equal((10_015, 7_470, 2_003, 791), (report.Rows, report.Groups, report.TestRows, report.TestRowsSharingGroupWithTrain));
        Assert.Empty(notes);
        var method = Assert.Single(report.Leaks, l => l.Field == "dx_type");
        Assert.Equal(LeakKind.Text, method.Kind);
        Assert.InRange(method.Auc!.Value, 0.7, 0.85);
        Assert.InRange(method.Baseline!.Value, 0.48, 0.52);
        Assert.Contains("follow_up", method.Explanation);
        Assert.Contains(report.Leaks, l => l is { Kind: LeakKind.Site, Field: "dataset" });
        Assert.DoesNotContain(report.Leaks, l => l.Field is "age" or "sex" or "localization");
    }

    [Fact]
    public void Ham10000s_published_text_gives_dx_type_away_whatever_the_column_is_called()
    {
        var table = TextTable.Read(Samples.Find("ham10000/HAM10000_metadata.csv"));
        string[] text = [.. Enumerable.Range(0, table.RowCount).Select(r =>
            $"Patient diagnosed via {table["dx_type"][r]}. Age: {table["age"][r]} years. Sex: {table["sex"][r]}. Localization: "
                + $"{table["localization"][r]}.")];
        table = new([.. table.ColumnNames.Select(c => c == "dx_type" ? "method" : c)], table.Columns, table.Source);
        var report = LeakAudit.Run(
            table.With("text", text), new() { Labels = ["dx"], Group = "lesion_id" }, new RandomStreams(0), null,
            TestContext.Current.CancellationToken);
        Assert.Equal("method", Assert.Single(report.Leaks, l => l.Kind == LeakKind.Text).Field);
    }
}
