using Deque.AxeCore.Playwright;
using EmbedKit.Report;
using Microsoft.Playwright;

namespace EmbedKit.Tests.Report;

[Trait("Tier", "slow")]
public sealed class ReportPageInBrowserTests
{
    [Theory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(1200, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task The_page_sent_alone_draws_every_figure_that_is_scrolled_to_without_error_and_without_sideways_scrolling(
        int width, ColorScheme scheme)
    {
        await using var opened = await OpenedReport.Open(width, scheme);
        var tab = opened.Tab;
        Assert.True(await opened.Drawn.CountAsync() < 5);
        foreach (var figure in await opened.Figures.AllAsync())
        {
            await figure.ScrollIntoViewIfNeededAsync();
            await figure.Locator("svg.main-svg").First.WaitForAsync();
        }

        Assert.Equal(5, await opened.Drawn.CountAsync());
        Assert.Empty(opened.Errors);
        Assert.Empty(opened.Outside);
        Assert.False(await tab.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
        Assert.True(await LowestContrast(tab) >= 4.5);
        var violations = (await tab.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical");
        Assert.Empty(violations.Select(v => $"{v.Id}: {v.Nodes[0].Html}"));
    }

    [Fact]
    public async Task Figures_follow_the_colour_scheme_while_the_page_is_open_and_are_light_on_paper()
    {
        await using var opened = await OpenedReport.Open(scheme: ColorScheme.Dark);
        var figure = opened.Figures.First;
        await figure.Locator("svg.main-svg").First.WaitForAsync();

        // The page is told of a change, and draws a moment later.
        Task Becomes(string colour) =>
            Assertions.Expect(figure.Locator("svg.main-svg").First).ToHaveCSSAsync("background-color", colour, new() { Timeout = 120_000 });
        await Becomes("rgb(29, 33, 38)");

        await opened.Tab.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Becomes("rgb(255, 255, 255)");

        await opened.Tab.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark, Media = Media.Print });
        await Becomes("rgb(255, 255, 255)");
        Assert.Equal("rgb(255, 255, 255)", await opened.Tab.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Print_draws_figures_nobody_scrolled_to_and_nothing_is_wider_than_the_paper()
    {
        var words = string.Join(' ', Enumerable.Repeat("a judgement in words", 12));
        var wide = new ReportTable(
            "Wide", [.. Enumerable.Range(1, 11).Select(i => $"column number {i}"), "judgement"], [[.. Enumerable.Repeat("0.123", 11), words]]);
        // A4 less the page's own margins.
        await using var opened = await OpenedReport.Open(
            width: 695, change: c => c with { Sections = [c.Sections[0] with { Tables = [wide] }, .. c.Sections.Skip(1)] });
        await opened.Tab.EmulateMediaAsync(new() { Media = Media.Print });

        Assert.Equal(5, await opened.Drawn.CountAsync());
        var right = await opened.Tab.EvaluateAsync<double>(
            "Math.max(...[...document.querySelectorAll('table, td, svg.main-svg, p, h1')].map(e => e.getBoundingClientRect().right))");
        Assert.True(right <= 696, $"something reaches to {right}");

        // Paper of any size takes the drawing whole.
        Assert.NotEmpty(await opened.Tab.PdfAsync(new() { Format = "A5" }));
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task A_table_wider_than_the_page_shows_a_bar_and_scrolls_by_keyboard()
    {
        var wide = new ReportTable("Wide", [.. Enumerable.Range(1, 30).Select(i => $"longcolumnname{i}")], [[.. Enumerable.Repeat("0.123", 30)]]);
        await using var opened = await OpenedReport.Open(change: c => c with { Sections = [c.Sections[0] with { Tables = [wide] }] });
        var region = opened.Tab.GetByRole(AriaRole.Region, new() { Name = "Wide" });
        Assert.True(await region.EvaluateAsync<bool>("e => e.scrollWidth > e.clientWidth && e.offsetHeight - e.clientHeight >= 8"));
        await region.FocusAsync();
        await opened.Tab.Keyboard.PressAsync("ArrowRight");
        await opened.Tab.WaitForFunctionAsync("[...document.querySelectorAll('.scroll')].some(e => e.scrollLeft > 0)");
    }

    [Fact]
    public async Task Without_scripts_each_figure_says_what_it_shows_and_what_is_missing()
    {
        await using var opened = await OpenedReport.Open(scripts: false);
        Assert.Equal(5, await opened.Tab.GetByText("This chart is not drawn").CountAsync());
        Assert.Empty(opened.Errors);
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
