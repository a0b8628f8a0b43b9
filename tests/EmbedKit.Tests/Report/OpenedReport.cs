using EmbedKit.Report;
using Microsoft.Playwright;

namespace EmbedKit.Tests.Report;

/// <summary>The example report, alone in a folder, in headless Chromium, with what it asked of the network and what went wrong.</summary>
internal sealed class OpenedReport : IAsyncDisposable
{
    private static readonly string? Chromium =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private readonly string _folder;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private OpenedReport(string folder, IPlaywright playwright, IBrowser browser, IPage tab)
    {
        (_folder, _playwright, _browser, Tab) = (folder, playwright, browser, tab);
        tab.Request += (_, request) => Note(request.Url);
        tab.Console += (_, message) => { if (message.Type is "error" or "warning") { Errors.Add(message.Text); } };
        tab.PageError += (_, error) => Errors.Add(error);
        // Generous, for machines that do much else at the same time.
        tab.SetDefaultTimeout(120_000);
    }

    internal IPage Tab { get; }

    internal List<string> Outside { get; } = [];

    internal List<string> Errors { get; } = [];

    internal ILocator Figures => Tab.Locator(".figure");

    internal ILocator Drawn => Tab.Locator(".figure svg.main-svg:first-child");

    /// <summary>Opens the page without the files that lie beside it, as one who was sent it does.</summary>
    internal static async Task<OpenedReport> Open(
        int width = 1280, ColorScheme scheme = ColorScheme.Light, bool scripts = true, Func<ReportContent, ReportContent>? change = null)
    {
        Assert.SkipWhen(Chromium is null, "no Chromium: apt-get install chromium");
        var folder = Directory.CreateTempSubdirectory("embedkit-report-").FullName;
        var page = ReportExample.Write(folder);
        if (change is not null)
        {
            ReportPage.Write(page, change(ReportExample.Content(ReportExample.Sweep())));
        }

        foreach (var beside in Directory.EnumerateDirectories(folder))
        {
            Directory.Delete(beside, recursive: true);
        }

        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            IgnoreDefaultArgs = ["--hide-scrollbars"],
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var tab = await browser.NewPageAsync(
            new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme, JavaScriptEnabled = scripts });
        var opened = new OpenedReport(folder, playwright, browser, tab);
        await tab.GotoAsync(new Uri(page).AbsoluteUri);
        if (scripts)
        {
            await tab.WaitForFunctionAsync("!!(window.EmbedKitFigures && window.EmbedKitFigures.draw)");
        }

        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Note(string url)
    {
        if (!url.StartsWith("file:", StringComparison.Ordinal) && !url.StartsWith("data:", StringComparison.Ordinal)
            && !url.StartsWith("blob:", StringComparison.Ordinal))
        {
            Outside.Add(url);
        }
    }
}
