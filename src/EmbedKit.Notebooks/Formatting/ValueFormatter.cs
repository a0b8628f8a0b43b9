using Microsoft.DotNet.Interactive.Formatting;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>Turns a value into what a notebook shows, through Microsoft.DotNet.Interactive.Formatting.</summary>
internal static class ValueFormatter
{
    internal const string Html = "text/html";
    internal const string Plain = "text/plain";

    static ValueFormatter() => FormatterRegistrations.Register();

    /// <summary>The value under each MIME type that its type prefers, plain text last, unless other types are asked for.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Format(object? value, IReadOnlyCollection<string> mimeTypes)
    {
        var type = value?.GetType() ?? typeof(object);
        var wanted = mimeTypes.Count > 0 ? mimeTypes : [.. Formatter.GetPreferredMimeTypesFor(type).Append(Plain).Distinct()];
        return [.. wanted.Select(mime => new KeyValuePair<string, string>(mime, Text(value, mime)))];
    }

    // A formatter writes newlines as the platform does; notebooks have one kind.
    private static string Text(object? value, string mime) => Formatter.ToDisplayString(value, mime).Replace("\r\n", "\n", StringComparison.Ordinal);
}
