using System.Globalization;
using System.Text;
using Microsoft.FSharp.Collections;
using Plotly.NET;

namespace EmbedKit.Charts;

/// <summary>
/// What all figures share: the Okabe–Ito palette (told apart by every common form of colour blindness), readable fonts, a white
/// background, axis titles with units, a legend below, and a line under the title that says where the data come from.
/// </summary>
internal static class ChartStyle
{
    internal const string Blue = "#0072B2";
    internal const string Vermilion = "#D55E00";
    internal const string Green = "#009E73";
    internal const string Purple = "#CC79A7";
    internal const string Orange = "#E69F00";
    internal const string SkyBlue = "#56B4E9";
    internal const string Grey = "#6B6B6B";
    internal const string Ink = "#1F2328";

    private const string GridColour = "#E3E5E8";
    private const string Paper = "#FFFFFF";
    private const string Soft = "#4A5058";

    /// <summary>What each colour becomes on a dark page; the palette's blue and purples are lifted, so that every line has a contrast of 3 or
    /// more.</summary>
    internal static readonly IReadOnlyDictionary<string, string> DarkColours = new Dictionary<string, string>
    {
        [Paper] = "#1D2126",
        [Ink] = "#E8EAED",
        ["#000000"] = "#E8EAED",
        [Soft] = "#B3BAC4",
        [Grey] = "#9AA3AE",
        [GridColour] = "#363B43",
        ["#F4F7FA"] = "#232A32",
        [Blue] = "#3D9BDC",
        [Vermilion] = "#F07A2B",
        [Green] = "#1DB88C",
    };

    /// <summary>Characters a line of the title and of the line under it may have, so that they fit a page 400 pixels wide.</summary>
    private const int TitleLength = 32, NoteLength = 50;

    /// <summary>What stays in a figure's toolbar is "save as picture": more would cover the title on a narrow page. A double click resets a
    /// zoom.</summary>
    private static readonly string[] UnusedButtons =
        ["zoom2d", "select2d", "lasso2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d"];

    private static readonly string[] Cycle = [Blue, Vermilion, Green, Purple, Orange, SkyBlue, "#000000"];

    /// <summary>The same colour for the same thing on every figure; other names take the palette in turn.</summary>
    internal static string Colour(string name, int index) => name switch
    {
        "early" => Blue,
        "late" => Vermilion,
        "image" => Green,
        "text" => Purple,
        _ => Cycle[index % Cycle.Length],
    };

    /// <summary>A palette colour made translucent, for bands and markers that overlap.</summary>
    internal static string Translucent(string colour, double opacity)
    {
        var rgb = Convert.ToInt32(colour[1..], 16);
        return string.Create(CultureInfo.InvariantCulture, $"rgba({rgb >> 16},{(rgb >> 8) & 255},{rgb & 255},{opacity})");
    }

    /// <summary>Sets a plotly.js attribute; names and values are those of the plotly.js reference.</summary>
    internal static T With<T>(this T part, string attribute, object? value)
        where T : DynamicObj.DynamicObj
    {
        part.SetProperty(attribute, value);
        return part;
    }

    /// <summary>An axis with its title and unit; further plotly.js attributes may be added to the dictionary.</summary>
    internal static Dictionary<string, object> Axis(string title) => new()
    {
        ["title"] = new { text = title, standoff = 8, font = new { size = 14 } },
        ["automargin"] = true,
        ["showline"] = true,
        ["linecolor"] = Grey,
        ["gridcolor"] = GridColour,
        ["zeroline"] = false,
        ["ticks"] = "outside",
        ["tickcolor"] = Grey,
    };

    /// <summary>What plotly.js appends to "x", "y", "xaxis" and "yaxis" for the panel of this 0-based number.</summary>
    internal static string Panel(int panel) => panel == 0 ? "" : (panel + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>Puts traces into the house layout.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="provenance">Where the data come from; stands under the title of every figure.</param>
    /// <param name="note">What else one must know to read it (number of seeds, what the band is), or an empty string.</param>
    /// <param name="height">Pixels; the width is that of the page.</param>
    /// <param name="traces">The data.</param>
    /// <param name="legendLines">Lines that the legend may take on a narrow page. Default 1.</param>
    /// <exception cref="ArgumentException">The provenance is blank.</exception>
    internal static (GenericChart Chart, Layout Layout) Figure(
        string title, string provenance, string note, int height, IEnumerable<Trace> traces, int legendLines = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentException.ThrowIfNullOrWhiteSpace(provenance);
        var heading = Wrap(title, TitleLength);
        var subtitle = Wrap(note.Length == 0 ? provenance : $"{provenance} · {note}", NoteLength);
        var layout = new Layout()
            .With("title", new
            {
                text = $"<b>{string.Join("<br>", heading)}</b><br><span style=\"font-size:13px;color:{Soft}\">{string.Join("<br>", subtitle)}</span>",
                x = 0,
                xref = "container",
                xanchor = "left",
                y = 1,
                yref = "container",
                yanchor = "top",
                pad = new { l = 14, t = 14 },
                font = new { size = 17 },
            })
            .With("height", height)
            .With("autosize", true)
            .With(
                "font", new { family = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif", size = 13, color = Ink })
            .With("paper_bgcolor", Paper)
            .With("plot_bgcolor", Paper)
            .With("margin", new { l = 62, r = 18, t = 34 + (22 * heading.Count) + (18 * subtitle.Count), b = 38 + (20 * legendLines) })
            .With("legend", new { orientation = "h", x = 0, xanchor = "left", y = 0, yref = "container", yanchor = "bottom" })
            .With("hoverlabel", new { namelength = -1 })
            .With("meta", new { provenance });
        var config = new Config().With("responsive", true).With("displaylogo", false).With("modeBarButtonsToRemove", UnusedButtons);
        var chart = GenericChart.ofTraceObjects(false, ListModule.OfSeq(traces));
        return (GenericChart.setConfig(config, GenericChart.setLayout(layout, chart)), layout);
    }

    /// <summary>A text in lines of at most so many characters, where its words allow it.</summary>
    internal static string Lines(string text, int length) => string.Join("<br>", Wrap(text, length));

    /// <summary>Breaks between words; plotly.js does not wrap headings by itself. Angle brackets and ampersands are escaped.</summary>
    private static List<string> Wrap(string text, int length)
    {
        var (lines, line) = (new List<string>(), new StringBuilder());
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > length)
            {
                lines.Add(line.ToString());
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        lines.Add(line.ToString());
        return [.. lines.Select(l => l.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal))];
    }
}
