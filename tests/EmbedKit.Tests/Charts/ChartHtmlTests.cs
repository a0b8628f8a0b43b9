using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using EmbedKit.Charts;
using EmbedKit.Experiments;

namespace EmbedKit.Tests.Charts;

public sealed class ChartHtmlTests
{
    [Fact]
    public void The_same_figure_is_the_same_html_twice()
    {
        var (first, second) = (Figure(), Figure());
        Assert.Equal(ChartHtml.Div(first, "sweep"), ChartHtml.Div(second, "sweep"));
        Assert.Contains("id=\"sweep\"", ChartHtml.Div(first, "sweep"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_never_ends_the_script_element_early_and_describes_itself()
    {
        var html = ChartHtml.Div(SweepChart.Create(SweepTables.EarlyAndLate(), "synthetic demo data", new() { Title = "a </script> & b" }), "x");
        Assert.Equal(1, html.Split("</script>").Length - 1);
        Assert.Contains("aria-label=\"a &lt;/script&gt; &amp; b. synthetic demo data", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("a\"b")]
    public void An_id_that_would_break_the_page_is_refused(string id) => Assert.Throws<ArgumentException>(() => ChartHtml.Div(Figure(), id));

    [Fact]
    public void Plotly_js_comes_out_of_the_assembly_and_embeds_safely()
    {
        var packed = Convert.FromBase64String(Regex.Match(ChartHtml.EmbeddedScript, "atob\\(\"([^\"]+)\"").Groups[1].Value);
        using var script = new StreamReader(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress));
        Assert.Contains("plotly.js v2", script.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal(1, ChartHtml.EmbeddedScript.Split("</script").Length - 1);
        Assert.True(ChartHtml.EmbeddedScript.Length < 2_000_000);
    }

    [Fact]
    public void The_json_is_what_plotly_js_reads()
    {
        using var json = JsonDocument.Parse(ChartHtml.Json(Figure()));
        Assert.Equal(["data", "layout", "config"], json.RootElement.EnumerateObject().Select(p => p.Name));
    }

    private static Plotly.NET.GenericChart Figure() => SweepChart.Create(SweepTables.EarlyAndLate(), "synthetic demo data");
}
