using EmbedKit.Data;
using EmbedKit.Datasets.Prompts;
using EmbedKit.Tests.Data;

namespace EmbedKit.Tests.Datasets.Prompts;

/// <summary>The published templates against the published rules, written again with pandas (<c>Golden/prompts</c>).</summary>
public class PublishedTextTests
{
    private static readonly PythonPeer Pandas = new("pandas", "apt-get install python3-pandas");

    [Fact]
    public void Every_row_of_HAM10000_gets_the_published_words() => Compare("ham10000", Samples.Find("ham10000/HAM10000_metadata.csv"), rows: 10015);

    [Theory]
    [InlineData("ham10000")]
    [InlineData("brset")]
    [InlineData("mbrset")]
    public void Schema_true_rows_get_the_published_words(string dataset)
    {
        using var folder = new TemporaryFolder();
        var path = folder["table.csv"];
        SyntheticRows.Of(dataset, 400).Write(path);
        Compare(dataset, path, 400);
    }

    [Fact]
    public void Odd_cases_read_as_published()
    {
        var ham = new TextTable(
            ["dx_type", "age", "sex", "localization"], [["histo", "consensus"], ["80.0", ""], ["male", "unknown"], ["scalp", ""]], "odd.csv");
        Assert.Equal(
            [
                "Patient diagnosed via histo. Age: 80 years. Sex: male. Localization: scalp.",
                "Patient diagnosed via consensus. Age: No data reported years. Sex: unknown. Localization: No data reported.",
            ],
            ShippedPrompts.Published("ham10000").Render(ham));

        var brset = SyntheticRows.Of("brset", 3);
        brset = brset.With("diabetes_time_y", ["4,5", "Não", "1O"]).With("patient_age", ["61", "", "59,5"]).With("insuline", ["yes", "no", ""]);
        var texts = ShippedPrompts.Published("brset").Render(brset);
        Assert.Contains("aged 61.0 years", texts[0], StringComparison.Ordinal);
        Assert.Contains("diabetes diagnosed for 4.5 years, using insulin.", texts[0], StringComparison.Ordinal);
        Assert.Contains("aged no age reported years", texts[1], StringComparison.Ordinal);
        Assert.Contains("with no diabetes duration reported, not using insulin.", texts[1], StringComparison.Ordinal);
        Assert.Contains("aged 59.5 years", texts[2], StringComparison.Ordinal);
        Assert.Contains("diabetes diagnosed for 10.0 years, using insulin.", texts[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ham10000", "dx_type")]
    [InlineData("brset", "hemorrhage")]
    public void Leak_free_templates_do_not_read_what_leaks(string dataset, string leak)
    {
        Assert.Contains(leak, ShippedPrompts.Published(dataset).Columns);
        Assert.DoesNotContain(leak, ShippedPrompts.LeakFree(dataset).Columns);
    }

    private static void Compare(string dataset, string table, int rows)
    {
        var expected = Pandas.Run(GoldenFile.Path("prompts/published_texts.py"), [dataset, table], null).EnumerateArray().Select(t => t.GetString()!)
            .ToArray();
        Assert.Equal(rows, expected.Length);
        Assert.Equal(expected, ShippedPrompts.Published(dataset).Render(TextTable.Read(table)));
    }
}
