using Microsoft.Playwright;

namespace EmbedKit.Tests.Charts.Report;

public sealed class ReportPageInBrowserTests
{
    private static readonly string? Chromium =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    [Theory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(1200, ColorScheme.Dark)]
    [InlineData(400, ColorScheme.Light)]
    public async Task The_page_draws_every_figure_offline_without_error_and_without_sideways_scrolling(int width, ColorScheme scheme)
    {
        Assert.SkipWhen(Chromium is null, "no Chromium: apt-get install chromium");
        var folder = Directory.CreateTempSubdirectory("embedkit-report-").FullName;
        try
        {
            var page = ReportExample.Write(folder);
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Chromium,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            });
            var tab = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
            var (outside, errors) = (new List<string>(), new List<string>());
            tab.Request += (_, request) => { if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) { outside.Add(request.Url); } };
            tab.Console += (_, message) => { if (message.Type is "error" or "warning") { errors.Add(message.Text); } };
            tab.PageError += (_, error) => errors.Add(error);

            // Generous, for machines that do much else at the same time.
            tab.SetDefaultTimeout(120_000);
            await tab.GotoAsync(new Uri(page).AbsoluteUri);
            await tab.Locator("figure").Last.Locator("svg.main-svg").First.WaitForAsync();

            Assert.Equal(5, await tab.Locator("figure .figure svg.main-svg:first-child").CountAsync());
            Assert.Empty(errors);
            Assert.Empty(outside);
            Assert.False(await tab.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
            Assert.True(await LowestContrast(tab) >= 4.5);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>WCAG contrast of every text outside figures against the nearest opaque background behind it; the lowest of them.</summary>
    private static Task<double> LowestContrast(IPage tab) => tab.EvaluateAsync<double>("""
        () => {
          const rgb = c => c.match(/[\d.]+/g).map(Number);
          const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
          const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          const texts = [...document.querySelectorAll('body *')].filter(e => !e.closest('.frame, script, style') && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
          return Math.min(...texts.map(e => { const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))]; return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); }));
        }
        """);
}
