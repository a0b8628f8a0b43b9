using System.Net;
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

    private static readonly Lazy<string> Script = new(ReadScript);

    /// <summary>plotly.js (3.6 MB, MIT licence, notice inside) in a script element, to be embedded once in a self-contained page.</summary>
    public static string EmbeddedScript => $"<script>{Script.Value}</script>";

    /// <summary>A script element that loads the file written by <see cref="WriteScript"/> from the page's own folder.</summary>
    /// <param name="relativeFolder">Where the file is, seen from the page, e.g. <c>"../"</c>; empty for beside it.</param>
    public static string LinkedScript(string relativeFolder = "") => $"<script src=\"{WebUtility.HtmlEncode(relativeFolder + ScriptFileName)}\"></script>";

    /// <summary>Writes plotly.js as <see cref="ScriptFileName"/> into a folder, for several pages to share.</summary>
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

    /// <summary>The figure as an element and the script that draws it; plotly.js must come before it on the page.</summary>
    /// <param name="chart">The figure.</param>
    /// <param name="id">The element's id, unique on its page: a letter, then letters, digits, hyphens or underscores.</param>
    /// <param name="description">What the figure shows, for those who cannot see it; by default its title and provenance.</param>
    /// <exception cref="ArgumentException">The id is not of that form.</exception>
    public static string Div(GenericChart chart, string id, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!IdForm().IsMatch(id))
        {
            throw new ArgumentException($"'{id}' is no id for a figure; expected a letter, then letters, digits, hyphens or underscores.", nameof(id));
        }

        var json = Json(chart);
        // Inside a script element only "<" can end it early.
        var safe = json.Replace("<", "\\u003c", StringComparison.Ordinal);
        var height = Layout(json).TryGetProperty("height", out var pixels) ? pixels.GetRawText() : "450";
        return $$"""
            <div id="{{id}}" class="figure" role="img" aria-label="{{WebUtility.HtmlEncode(description ?? Describe(json))}}" style="min-height:{{height}}px"></div>
            <script>(function(){var f={{safe}};Plotly.newPlot("{{id}}",f.data,f.layout,f.config);})();</script>
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
            ? WebUtility.HtmlDecode(Tag().Replace(text.GetString()!.Replace("</b><br>", ". ", StringComparison.Ordinal).Replace("<br>", " ", StringComparison.Ordinal), ""))
            : "figure";

    private static string ReadScript()
    {
        var assembly = typeof(GenericChart).Assembly;
        var name = assembly.GetManifestResourceNames().Single(n => n.EndsWith(".min.js", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        // Pages that carry a module loader (Jupyter's do) would otherwise get a module in place of the global Plotly.
        return $"(function(define,module,exports){{{reader.ReadToEnd()}\n}}).call(self);\n";
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]*$")]
    private static partial Regex IdForm();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
