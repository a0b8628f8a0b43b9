using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmbedKit.Charts;
using Plotly.NET;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>Charts: Plotly JSON for viewers that draw it themselves, and HTML that draws with plotly.js.</summary>
internal static class ChartFormat
{
    internal const string MimeType = "application/vnd.plotly.v1+json";

    /// <summary>
    /// Lets a figure stand before plotly.js has come, as in a Jupyter output: it takes the file beside the notebook (written by
    /// <c>notebook run --plotly-js</c>), else the public one. Does nothing where plotly.js is loaded; the HTML pages leave it out.
    /// </summary>
    internal static readonly string Loader = """
        <script>(function(){if(window.Plotly)return;var waiting=[];window.Plotly={newPlot:function(){waiting.push(arguments);}};
        function load(urls){var s=document.createElement("script"),d=window.define;window.define=undefined;s.src=urls[0];
        s.onload=function(){window.define=d;waiting.forEach(function(a){window.Plotly.newPlot.apply(window.Plotly,a);});};
        s.onerror=function(){window.define=d;if(urls.length>1)load(urls.slice(1));};document.head.appendChild(s);}
        load(["plotly.min.js","https://cdn.plot.ly/plotly-2.28.0.min.js"]);})();</script>
        """.ReplaceLineEndings("\n");

    /// <summary>The chart's bundle. The id follows from the chart and its number in the session, so that equal runs give equal bytes.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Format(GenericChart chart, int number)
    {
        var json = ChartHtml.Json(chart);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..8];
        var id = string.Create(CultureInfo.InvariantCulture, $"figure-{hash}-{number}");
        return
        [
            new(MimeType, json),
            new(ValueFormatter.Html, Loader + "\n" + ChartHtml.Div(chart, id).ReplaceLineEndings("\n")),
            new(ValueFormatter.Plain, $"chart with {GenericChart.getTraces(chart).Length} traces"),
        ];
    }

    /// <summary>Several charts, one below the other.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Format(IEnumerable<GenericChart> charts, Func<int> figure)
    {
        var all = charts.Select(c => Format(c, figure())).ToList();
        string Joined(string mime) => string.Join('\n', all.Select(c => c.Single(d => d.Key == mime).Value));
        return [new(ValueFormatter.Html, Joined(ValueFormatter.Html)), new(ValueFormatter.Plain, Joined(ValueFormatter.Plain))];
    }
}
