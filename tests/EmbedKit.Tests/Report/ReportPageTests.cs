using System.Text.RegularExpressions;
using EmbedKit.Charts;
using EmbedKit.Report;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Report;

public sealed partial class ReportPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_figure_and_every_computed_column_carries_the_provenance()
    {
        var html = File.ReadAllText(ReportExample.Write(_folder));
        var figures = html.Split("<figure>")[1..];
        Assert.Equal(5, figures.Length);
        Assert.All(figures, f => Assert.Contains(ReportExample.Provenance, Label().Match(f).Groups[1].Value, StringComparison.Ordinal));
        Assert.Equal(2, html.Split($"<small>published protocol, {ReportExample.Provenance}</small>").Length - 1);
        Assert.Contains($"Test batches by the published formula ({ReportExample.Provenance})</caption>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Published_numbers_stand_with_numbered_sources()
    {
        var html = File.ReadAllText(ReportExample.Write(_folder));
        Assert.Contains("0.714 on HAM10000, CLIP <span class=\"source\">[1]</span>", html, StringComparison.Ordinal);
        Assert.Contains("<li>arXiv 2406.02601, clip_model_ham10000.ipynb cell 10", html, StringComparison.Ordinal);
        Assert.Contains("<td class=\"none\">not published</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sentence_that_begins_with_a_number_wraps()
    {
        var content = ReportExample.Content(ReportExample.Sweep());
        var table = new ReportTable(
            "cells", ["number", "sentence"], [["+0.8 (−1.8 to +3.1)", "12 of 279 test rows show a picture of the training rows."]]);
        ReportExample.Write(_folder);
        var page = Path.Combine(_folder, "index.html");
        ReportPage.Write(page, content with { Sections = [content.Sections[0] with { Tables = [table] }] });
        Assert.Contains("<td class=\"number\">+0.8 (−1.8 to +3.1)</td><td>12 of 279", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_relative_escaped_and_lead_to_files()
    {
        var html = File.ReadAllText(ReportExample.Write(_folder));
        var targets = Target().Matches(html).Select(m => m.Groups[1].Value).Where(t => !t.StartsWith('#') && t != "data:,").ToArray();
        Assert.Contains("results/08%20alignment.html", targets);
        Assert.DoesNotContain("plotly.min.js", targets);
        Assert.All(targets, t => Assert.True(File.Exists(Path.Combine(_folder, Uri.UnescapeDataString(t))), t));
    }

    [Fact]
    public void Only_the_run_tells_two_pages_apart()
    {
        var first = File.ReadAllText(ReportExample.Write(_folder));
        var page = Path.Combine(_folder, "index.html");
        ReportPage.Write(page, ReportExample.Content(ReportExample.Sweep()));
        Assert.Equal(first, File.ReadAllText(page));
        ReportPage.Write(page, ReportExample.Content(ReportExample.Sweep()) with { Run = ReportExample.Run with { Minutes = 5.1 } });
        Assert.Equal(first.Replace("4.2 minutes", "5.1 minutes", StringComparison.Ordinal), File.ReadAllText(page));
    }

    [Fact]
    public void Elements_close_in_order_and_ids_are_unique()
    {
        var html = Script().Replace(File.ReadAllText(ReportExample.Write(_folder)), "");
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(html))
        {
            var name = tag.Groups[2].Value;
            if (tag.Groups[1].Length > 0)
            {
                Assert.Equal(open.Pop(), name);
            }
            else if (name is not ("meta" or "link" or "br"))
            {
                open.Push(name);
            }
        }

        Assert.Empty(open);
        var ids = Id().Matches(html).Select(m => m.Groups[1].Value).ToArray();
        Assert.Equal(ids.Distinct(), ids);
    }

    [Theory]
    [InlineData("results/missing.csv")]
    [InlineData("../index.html")]
    [InlineData("https://example.org/x.csv")]
    [InlineData("/etc/hostname")]
    public void A_link_that_leads_nowhere_or_away_is_refused_and_nothing_is_written(string target)
    {
        var content = ReportExample.Content(ReportExample.Sweep()) with { Files = [new("it", target)] };
        var error = Assert.Throws<InputException>(() => ReportPage.Write(Path.Combine(_folder, "index.html"), content with { Sections = [] }));
        Assert.Contains($"leads to '{target}'", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_published_number_without_source_is_refused()
    {
        var section = Section() with { Comparisons = [new("c", [new("f1", new(0.7, ComparisonUnit.Score) { DataSet = "ham10000" }, null, null)])] };
        Assert.Contains("has no source", Assert.Throws<ArgumentException>(() => Write(section)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_used_twice_is_refused() =>
        Assert.Contains("'s' is there twice", Assert.Throws<ArgumentException>(() => Write(Section(), Section())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_row_that_does_not_fit_its_table_is_refused() =>
        Assert.Throws<ArgumentException>(() => Write(Section() with { Tables = [new("t", ["a", "b"], [["1"]])] }));

    [Fact]
    public void Text_is_never_taken_for_markup()
    {
        Write(Section() with { Question = "is a<b & \"c\"?" });
        Assert.Contains("is a&lt;b &amp; &quot;c&quot;?", File.ReadAllText(Path.Combine(_folder, "index.html")), StringComparison.Ordinal);
    }

    private static ReportSection Section() => new() { Id = "s", Title = "t", Question = "q" };

    private void Write(params ReportSection[] sections) => ReportPage.Write(
        Path.Combine(_folder, "index.html"),
        new() { Title = "t", Provenance = "synthetic demo data", Summary = [], Run = ReportExample.Run, Sections = sections });

    [GeneratedRegex("role=\"img\" aria-label=\"([^\"]*)\"")]
    private static partial Regex Label();

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Target();

    [GeneratedRegex("<(script|style)[^>]*>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<(/?)([a-z0-9]+)[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Id();
}
