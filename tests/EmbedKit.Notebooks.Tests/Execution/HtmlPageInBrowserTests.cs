using EmbedKit.Charts;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Notebooks.Formatting;
using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Tests.Execution;

public sealed class HtmlPageInBrowserTests
{
    [Theory]
    [InlineData(false, 1200)]
    [InlineData(true, 400)]
    public async Task The_page_draws_its_chart_and_asks_the_network_for_nothing(bool shared, int width)
    {
        OpenedPage.SkipWithoutBrowser();
        using var folder = new TemporaryFolder();
        var executed = NotebookRunner.Run(Path.Combine(AppContext.BaseDirectory, "Notebooks", "showcase.dib"), new(), null, TestContext.Current.CancellationToken);
        if (shared)
        {
            ChartHtml.WriteScript(folder.Path);
        }

        var page = NotebookFiles.Write(executed, folder.Path, new() { PlotlyScript = shared ? ChartHtml.ScriptFileName : null })[1];
        Assert.Equal(shared, new FileInfo(page).Length < 1_000_000);

        await using var opened = await OpenedPage.Open(page, width);
        var tab = opened.Tab;
        Assert.Equal(1, await tab.Locator(".figure svg.main-svg:first-child").CountAsync());
        Assert.True(await tab.Locator(".output.value table").CountAsync() >= 6);
        Assert.Equal("What a notebook can show", await tab.TitleAsync());
        Assert.False(await tab.Locator("details code").First.IsVisibleAsync());
        Assert.Empty(opened.Outside);
        Assert.Empty(opened.Errors);
        Assert.False(await tab.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
    }

    [Fact]
    public async Task A_chart_of_the_ipynb_draws_with_the_script_beside_it_also_where_a_module_loader_is_about()
    {
        OpenedPage.SkipWithoutBrowser();
        using var folder = new TemporaryFolder();
        ChartHtml.WriteScript(folder.Path);
        var executed = NotebookRunner.Run(Path.Combine(AppContext.BaseDirectory, "Notebooks", "showcase.dib"), new(), null, TestContext.Current.CancellationToken);
        var chart = executed.Cells.SelectMany(c => c.Outputs).OfType<ValueOutput>().Single(v => v[ChartFormat.MimeType] is not null)[ValueFormatter.Html];
        var page = folder.File("output.html", $"<!DOCTYPE html><meta charset=utf-8><script>define=function(){{throw new Error('taken for a module')}};define.amd={{}}</script>{chart}");

        await using var opened = await OpenedPage.Open(page, 900);
        await opened.Tab.Locator(".figure svg.main-svg").First.WaitForAsync();
        Assert.Equal("function", await opened.Tab.EvaluateAsync<string>("typeof define"));
        Assert.Empty(opened.Outside);
        Assert.Empty(opened.Errors);
    }
}
