using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Html;

namespace EmbedKit.Notebooks.Session;

/// <summary>The functions every cell can call, by the names .NET Interactive gave them; its formatting package adds <c>DisplayAs</c> and
/// <c>DisplayTable</c>.</summary>
[SuppressMessage("Style", "IDE1006", Justification = "The names are .NET Interactive's.")]
[SuppressMessage("Naming", "CA1708", Justification = "display and Display are both .NET Interactive's.")]
public static class CellFunctions
{
    /// <summary>Shows a value below the cell, now, as a table, chart or text.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="mimeTypes">Show it only as these types; none: as the type of the value prefers.</param>
    public static void display(object? value, params string[] mimeTypes) =>
        CellScope.Current?.Show(value, mimeTypes, isResult: false);

    /// <summary>Shows a value below the cell and hands it on.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="mimeTypes">Show it only as these types; none: as the type of the value prefers.</param>
    public static T Display<T>(this T value, params string[] mimeTypes)
    {
        display(value, mimeTypes);
        return value;
    }

    /// <summary>Text that is shown as HTML and not escaped.</summary>
    /// <param name="html">The HTML.</param>
    public static IHtmlContent HTML(string html) => new HtmlString(html);
}
