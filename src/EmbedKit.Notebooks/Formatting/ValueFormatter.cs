using Microsoft.DotNet.Interactive.Formatting;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>A value as its registered formatters show it, those of <see cref="NotebookViews"/> among them.</summary>
internal static class ValueFormatter
{
    internal const string Html = "text/html";
    internal const string Plain = "text/plain";

    /// <summary>The value by MIME type: as its type prefers, unless other types are asked for.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Format(object? value, IReadOnlyCollection<string> mimeTypes)
    {
        NotebookViews.RegisterAll();
        return Bundle(FormattedValue.CreateManyFromObject(value, [.. mimeTypes]));
    }

    // A formatter writes newlines as the platform does; notebooks have one kind.
    internal static IReadOnlyList<KeyValuePair<string, string>> Bundle(IEnumerable<FormattedValue> values) =>
        [.. values.Select(v => KeyValuePair.Create(v.MimeType, v.Value.Replace("\r\n", "\n", StringComparison.Ordinal)))];
}
