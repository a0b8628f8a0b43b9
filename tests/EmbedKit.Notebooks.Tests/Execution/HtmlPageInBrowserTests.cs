using EmbedKit.Charts;
using EmbedKit.Notebooks.Execution;
using Microsoft.Playwright;

namespace EmbedKit.Notebooks.Tests.Execution;

public sealed class HtmlPageInBrowserTests
{
    private static readonly string? Chromium =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    [Theory]
    [InlineData(false, 1200)]
    [InlineData(true, 400)]
    public async Task The_page_draws_its_chart_and_asks_the_network_for_nothing(bool shared, int width)
    {
        Assert.SkipWhen(Chromium is null, "no Chromium: apt-get install chromium");
        using var folder = new TemporaryFolder();
        var executed = NotebookRunner.Run(Path.Combine(AppContext.BaseDirectory, "Notebooks", "showcase.dib"), new(), null, TestContext.Current.CancellationToken);
        if (shared)
        {
            ChartHtml.WriteScript(folder.Path);
        }

        var page = NotebookFiles.Write(executed, folder.Path, new() { PlotlyScript = shared ? ChartHtml.ScriptFileName : null })[1];
        Assert.Equal(shared, new FileInfo(page).Length < 1_000_000);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var tab = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 } });
        var (outside, errors) = (new List<string>(), new List<string>());
        tab.Request += (_, request) => { if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) { outside.Add(request.Url); } };
        tab.PageError += (_, error) => errors.Add(error);
        tab.Console += (_, message) => { if (message.Type == "error") { errors.Add(message.Text); } };
        await tab.GotoAsync(new Uri(page).AbsoluteUri);

        Assert.Equal(1, await tab.Locator(".figure svg.main-svg:first-child").CountAsync());
        Assert.True(await tab.Locator(".output.value table").CountAsync() >= 6);
        Assert.Equal("What a notebook can show", await tab.TitleAsync());
        Assert.False(await tab.Locator("details code").First.IsVisibleAsync());
        Assert.Empty(outside);
        Assert.Empty(errors);
        Assert.False(await tab.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
    }
}
