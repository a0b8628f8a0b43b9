using Microsoft.DotNet.Interactive.Formatting;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>What the engine's formatters gave, as it is put out.</summary>
internal static class ValueFormatter
{
    internal const string Html = "text/html";
    internal const string Plain = "text/plain";

    // A formatter writes newlines as the platform does; notebooks have one kind.
    internal static IReadOnlyList<KeyValuePair<string, string>> Bundle(IEnumerable<FormattedValue> values) =>
        [.. values.Select(v => KeyValuePair.Create(v.MimeType, v.Value.Replace("\r\n", "\n", StringComparison.Ordinal)))];
}
