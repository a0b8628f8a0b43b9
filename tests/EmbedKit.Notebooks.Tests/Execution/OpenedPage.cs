using Microsoft.Playwright;

namespace EmbedKit.Notebooks.Tests.Execution;

/// <summary>A page in headless Chromium, with what it asked of the network and what went wrong.</summary>
internal sealed class OpenedPage : IAsyncDisposable
{
    private static readonly string? Chromium =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private OpenedPage(IPlaywright playwright, IBrowser browser, IPage tab)
    {
        (_playwright, _browser, Tab) = (playwright, browser, tab);
        tab.Request += (_, request) => Note(request.Url);
        tab.PageError += (_, error) => Errors.Add(error);
        tab.Console += (_, message) => { if (message.Type == "error") { Errors.Add(message.Text); } };
    }

    internal IPage Tab { get; }

    /// <summary>Addresses asked for that are not files of this machine.</summary>
    internal List<string> Outside { get; } = [];

    internal List<string> Errors { get; } = [];

    internal static void SkipWithoutBrowser() => Assert.SkipWhen(Chromium is null, "no Chromium: apt-get install chromium");

    internal static async Task<OpenedPage> Open(string file, int width)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = new OpenedPage(playwright, browser, await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 } }));
        await page.Tab.GotoAsync(new Uri(file).AbsoluteUri);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
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
