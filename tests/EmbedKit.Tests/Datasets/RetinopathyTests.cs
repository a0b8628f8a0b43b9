using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Runtime;
using EmbedKit.Tests.Data;

namespace EmbedKit.Tests.Datasets;

public class RetinopathyTests
{
    [Theory]
    [InlineData("labels_brset.csv", "fundus_photos")]
    [InlineData("labels.csv", "images")]
    [InlineData("physionet.org/files/brazilian-ophthalmological/1.0.1/labels_brset.csv",
        "physionet.org/files/brazilian-ophthalmological/1.0.1/fundus_photos")]
    public void BRSET_is_read_from_either_version_and_from_a_recursive_download(string labels, string images)
    {
        using var mini = new Miniature();
        var rows = SyntheticRows.Brset(400);
        mini.Images(rows["image_id"].Select(id => $"{images}/{id}.jpg"));
        mini.Write(labels, rows);
        var result = mini.Prepare("brset");
        var table = result.Table;

        Assert.Equal(rows["DR_ICDR"].Select(g => g == "0" ? "0" : "1"), table["label_dr_binary"]);
        Assert.Equal(rows["DR_ICDR"].Select(g => g switch { "0" => "0", "4" => "2", _ => "1" }), table["label_dr_3class"]);
        Assert.Equal(rows["patient_id"], table["group_id"]);
        Assert.Equal(PublishedSplit.Assign(rows["DR_ICDR"], new() { ValidationFraction = 0 }).Select(s => s.Text()), table["split_published"]);
        Assert.Equal((0, 0), (result.RowsWithoutImage, result.ImagesWithoutRow));
        Assert.EndsWith("/img00001.jpg", table["image_path"][0], StringComparison.Ordinal);
        Assert.Equal(rows["comorbidities"], TextTable.Read(mini.Labels)["comorbidities"]);
    }

    [Fact]
    public void A_grade_that_is_none_is_named()
    {
        using var mini = new Miniature();
        var rows = SyntheticRows.Brset(20);
        mini.Write("labels_brset.csv", rows.With("DR_ICDR", ["7", .. rows["DR_ICDR"][1..]]));
        Assert.Equal(
            "labels_brset.csv row 2: DR_ICDR is '7'; expected a grade from 0 to 4.",
            Assert.Throws<InputException>(() => mini.Prepare("brset")).Message);
    }

    [Fact]
    public void mBRSET_leaves_out_and_counts_what_has_no_grade()
    {
        using var mini = new Miniature();
        var rows = SyntheticRows.Mbrset(400);
        mini.Images(rows["file"].Select(f => $"images/{f}"));
        mini.Write("labels_mbrset.csv", rows);
        var result = mini.Prepare("mbrset");
        var missing = rows["final_icdr"].Count(g => g.Length == 0);

        Assert.Equal(400 - missing, result.Table.RowCount);
        Assert.Equal(missing, Assert.Single(result.Exclusions).Rows);
        Assert.Equal(missing, result.ImagesWithoutRow);
        Assert.Equal("images/1.1.jpg", result.Table["image_path"][0]);
        Assert.Contains($"{missing}: no grade", mini.Card, StringComparison.Ordinal);
        var graded = rows["final_icdr"].Where(g => g.Length > 0).Select(g => g[..1]).ToArray();
        Assert.Equal(PublishedSplit.Assign(graded, new() { ValidationFraction = 0 }).Select(s => s.Text()), result.Table["split_published"]);
    }
}
