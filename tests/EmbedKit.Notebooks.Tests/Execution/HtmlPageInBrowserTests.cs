using System.Text.Json;
using Deque.AxeCore.Playwright;
using EmbedKit.Charts;
using EmbedKit.Notebooks.Execution;

namespace EmbedKit.Notebooks.Tests.Execution;

[Trait("Tier", "slow")]
public sealed class HtmlPageInBrowserTests
{
    [Theory]
    [InlineData(false, 1200)]
    [InlineData(true, 400)]
    public async Task The_page_draws_its_chart_and_asks_the_network_for_nothing(bool shared, int width)
    {
        OpenedPage.SkipWithoutBrowser();
        using var folder = new TemporaryFolder();
        var executed = NotebookRunner.Run(
            Path.Combine(AppContext.BaseDirectory, "Notebooks", "showcase.dib"), new(), null, TestContext.Current.CancellationToken);
        if (shared)
        {
            ChartHtml.WriteScript(folder.Path);
        }

        var page = NotebookFiles.Write(executed, folder.Path, new() { PlotlyScript = shared ? ChartHtml.ScriptFileName : null })[1];
        Assert.Equal(shared, new FileInfo(page).Length < 1_000_000);

        await using var opened = await OpenedPage.Open(page, width);
        var tab = opened.Tab;
        await tab.Locator(".figure").ScrollIntoViewIfNeededAsync();
        await tab.Locator(".figure svg.main-svg").First.WaitForAsync();
        Assert.True(await tab.Locator(".output.value table").CountAsync() >= 6);
        Assert.Equal("What a notebook can show", await tab.TitleAsync());
        Assert.False(await tab.Locator("details code").First.IsVisibleAsync());
        Assert.Empty(opened.Outside);
        Assert.Empty(opened.Errors);
        Assert.False(await tab.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
        var violations = (await tab.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical");
        Assert.Empty(violations.Select(v => $"{v.Id}: {v.Nodes[0].Html}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Charts_of_the_ipynb_draw_with_the_script_it_carries_once_also_where_a_module_loader_is_about(bool scriptFirst)
    {
        OpenedPage.SkipWithoutBrowser();
        using var folder = new TemporaryFolder();
        var executed = NotebookRunner.Run(
            Path.Combine(AppContext.BaseDirectory, "Notebooks", "showcase.dib"), new(), null, TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(IpynbWriter.ToText(executed));
        var outputs = json.RootElement.GetProperty("cells").EnumerateArray().Where(c => c.TryGetProperty("outputs", out _))
            .SelectMany(c => c.GetProperty("outputs").EnumerateArray())
            .Where(o => o.TryGetProperty("data", out var data) && data.TryGetProperty("text/html", out _))
            .Select(o => string.Concat(o.GetProperty("data").GetProperty("text/html").EnumerateArray().Select(l => l.GetString()))).ToList();
        var script = Assert.Single(outputs, o => o.Contains("DecompressionStream", StringComparison.Ordinal));
        var chart = Assert.Single(outputs, o => o.Contains("class=\"figure\"", StringComparison.Ordinal));
        Assert.True(outputs.IndexOf(script) == outputs.IndexOf(chart) - 1);
        var page = folder.File("output.html", "<!DOCTYPE html><meta charset=utf-8><link rel=icon href=\"data:,\"><body>"
            + "<script>define=function(){throw new Error('taken for a module')};define.amd={}</script>"
            + (scriptFirst ? script + chart : chart + script));

        await using var opened = await OpenedPage.Open(page, 900);
        await opened.Tab.Locator(".figure svg.main-svg").First.WaitForAsync();
        Assert.Equal("function", await opened.Tab.EvaluateAsync<string>("typeof define"));
        Assert.Empty(opened.Outside);
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task A_page_without_its_shared_script_says_what_is_missing_where_the_chart_would_stand()
    {
        OpenedPage.SkipWithoutBrowser();
        using var folder = new TemporaryFolder();
        var executed = NotebookRunner.Run(
            Path.Combine(AppContext.BaseDirectory, "Notebooks", "showcase.dib"), new(), null, TestContext.Current.CancellationToken);
        var page = NotebookFiles.Write(executed, folder.Path, new() { PlotlyScript = ChartHtml.ScriptFileName })[1];
        await using var opened = await OpenedPage.Open(page, 900);
        var told = opened.Tab.Locator(".figure .missing");
        await told.WaitForAsync();
        Assert.Contains(ChartHtml.ScriptFileName, await told.TextContentAsync(), StringComparison.Ordinal);
    }
}
