using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EmbedKit.Runtime;
using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>
/// Figures as HTML that works offline and is the same bytes every time. Plotly.NET's own output names each figure by a random number and
/// loads plotly.js from a network; here the caller names the figure, and plotly.js comes out of the Plotly.NET assembly.
/// </summary>
public static partial class ChartHtml
{
    /// <summary>The file name under which pages share plotly.js.</summary>
    public const string ScriptFileName = "plotly.min.js";

    /// <summary>Stands in the place of a figure whose script has not come.</summary>
    private const string Missing =
        $"<em>This chart is not drawn: the script that draws it has not run. In Jupyter, run the notebook's cells again or trust it "
        + $"(command “Trust Notebook”). In a browser, allow JavaScript; a page that shares {ScriptFileName} needs that file beside it.</em>";

    private static readonly Lazy<string> Script = new(ReadScript);
    private static readonly Lazy<string> Embedded = new(Pack);

    /// <summary>
    /// plotly.js (MIT licence, notice inside) and what draws figures with it, packed into one script element of 1.5 MB, to be embedded once in a
    /// page or notebook that works alone. Figures may stand before or after it.
    /// </summary>
    public static string EmbeddedScript => Embedded.Value;

    /// <summary>Writes plotly.js, and what draws figures with it, as <see cref="ScriptFileName"/> into a folder, for several pages to
    /// share.</summary>
    /// <param name="folder">The folder; made when missing.</param>
    /// <returns>The file's path.</returns>
    public static string WriteScript(string folder)
    {
        var path = Path.Combine(folder, ScriptFileName);
        AtomicFile.WriteText(path, Script.Value);
        return path;
    }

    /// <summary>The figure as plotly.js JSON: <c>data</c>, <c>layout</c>, <c>config</c>.</summary>
    /// <param name="chart">The figure.</param>
    public static string Json(GenericChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return GenericChart.toJson(chart);
    }

    /// <summary>
    /// The figure as an element and its data, drawn once <see cref="EmbeddedScript"/> or the file of <see cref="WriteScript"/> is on the page;
    /// until then the element says what is missing.
    /// </summary>
    /// <param name="chart">The figure.</param>
    /// <param name="id">The element's id, unique on its page: a letter, then letters, digits, hyphens or underscores.</param>
    /// <param name="description">What the figure shows, for those who cannot see it; by default its title and provenance.</param>
    /// <exception cref="ArgumentException">The id is not of that form.</exception>
    public static string Div(GenericChart chart, string id, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!IdForm().IsMatch(id))
        {
            throw new ArgumentException(
                $"'{id}' is no id for a figure; expected a letter, then letters, digits, hyphens or underscores.", nameof(id));
        }

        var json = Json(chart);
        // Inside a script element only "<" can end it early.
        var safe = json.Replace("<", "\\u003c", StringComparison.Ordinal);
        var told = WebUtility.HtmlEncode(description ?? Describe(json));
        var height = Layout(json).TryGetProperty("height", out var pixels) ? pixels.GetRawText() : "450";
        var missing = $"""<p class="missing">{told}<br>{Missing}</p>""";
        return $$"""
            <div id="{{id}}" class="figure" role="img" aria-label="{{told}}" style="min-height:{{height}}px">{{missing}}</div>
            <script>(window.EmbedKitFigures=window.EmbedKitFigures||[]).push(["{{id}}",{{safe}}]);</script>
            """;
    }

    private static JsonElement Layout(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("layout").Clone();
    }

    /// <summary>Title and subtitle in plain words.</summary>
    private static string Describe(string json) =>
        Layout(json).TryGetProperty("title", out var title) && title.TryGetProperty("text", out var text)
            ? WebUtility.HtmlDecode(
                Tag().Replace(
                    text.GetString()!.Replace("?</b><br>", "? ", StringComparison.Ordinal).Replace("</b><br>", ". ", StringComparison.Ordinal)
                        .Replace("<br>", " ", StringComparison.Ordinal), ""))
            : "figure";

    private static string ReadScript()
    {
        var assembly = typeof(GenericChart).Assembly;
        var name = assembly.GetManifestResourceNames().Single(n => n.EndsWith(".min.js", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        using var figures = new StreamReader(typeof(ChartHtml).Assembly.GetManifestResourceStream("EmbedKit.Charts.ChartFigures.js")!);
        var dark = JsonSerializer.Serialize(ChartStyle.DarkColours);
        // Pages that carry a module loader (Jupyter's do) would otherwise get a module in place of the global Plotly.
        return $"(function(define,module,exports){{{reader.ReadToEnd()}\n}}).call(self);\n"
            + figures.ReadToEnd().Replace("{/*dark colours*/}", dark, StringComparison.Ordinal).ReplaceLineEndings("\n");
    }

    /// <summary>Every browser since 2023 unpacks gzip by itself; what is in the page then is a third of the script.</summary>
    private static string Pack()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Script.Value));
        }

        return $$"""
            <script>(function(){if(window.EmbedKitFigures&&window.EmbedKitFigures.draw||!window.DecompressionStream)return;
            var packed=Uint8Array.from(atob("{{Convert.ToBase64String(packed.ToArray())}}"),function(c){return c.charCodeAt(0)});
            new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text().then(function(code){
            var s=document.createElement("script");s.textContent=code;document.head.appendChild(s);s.remove();});})();</script>
            """.ReplaceLineEndings("\n");
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]*$")]
    private static partial Regex IdForm();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
