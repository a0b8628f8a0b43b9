using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmbedKit.Charts;
using EmbedKit.Notebooks.Session;
using Plotly.NET;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>Charts: Plotly JSON for viewers that draw it themselves, and HTML that draws with plotly.js.</summary>
internal static class ChartFormat
{
    internal const string MimeType = "application/vnd.plotly.v1+json";

    private static int _elsewhere;

    /// <summary>What draws the charts, to be put out once before the first of them: a viewer that knows Plotly's own type shows nothing
    /// here.</summary>
    internal static ValueOutput Script { get; } = new(
        [new(ValueFormatter.Html, ChartHtml.EmbeddedScript), new(ValueFormatter.Plain, "plotly.js, which draws the charts")], IsResult: false);

    /// <summary>Whether an output holds a figure that waits for <see cref="Script"/>.</summary>
    internal static bool IsIn(CellOutput output) =>
        output is ValueOutput value && value[ValueFormatter.Html]?.Contains("window.EmbedKitFigures", StringComparison.Ordinal) == true;

    /// <summary>The chart's bundle. The id follows from the chart and its number in the session, so that equal runs give equal bytes.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Format(GenericChart chart)
    {
        var number = CellScope.Current?.NextFigure() ?? Interlocked.Increment(ref _elsewhere);
        // Outside the kit's sessions nobody puts the script out: the first chart brings it.
        var script = CellScope.Current is null && number == 1 ? ChartHtml.EmbeddedScript : "";
        var json = ChartHtml.Json(chart);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..8];
        var id = string.Create(CultureInfo.InvariantCulture, $"figure-{hash}-{number}");
        return
        [
            new(MimeType, json),
            new(ValueFormatter.Html, script + ChartHtml.Div(chart, id).ReplaceLineEndings("\n")),
            new(ValueFormatter.Plain, $"chart with {GenericChart.getTraces(chart).Length} traces"),
        ];
    }

    /// <summary>Several charts, one below the other.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Format(IEnumerable<GenericChart> charts)
    {
        var all = charts.Select(Format).ToList();
        string Joined(string mime) => string.Join('\n', all.Select(c => c.Single(d => d.Key == mime).Value));
        return [new(ValueFormatter.Html, Joined(ValueFormatter.Html)), new(ValueFormatter.Plain, Joined(ValueFormatter.Plain))];
    }
}
