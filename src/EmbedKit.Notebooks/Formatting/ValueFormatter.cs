using EmbedKit.Data;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using TorchSharp;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>
/// Turns a value into what a notebook shows. A formatter that the notebook registered itself comes first; then charts and
/// images; then one that the type names by a <c>TypeFormatterSourceAttribute</c>; then tables; then Microsoft.DotNet.Interactive.Formatting's own view.
/// </summary>
internal static class ValueFormatter
{
    internal const string Html = "text/html";
    internal const string Plain = "text/plain";

    /// <summary>The value by MIME type: as its type prefers, plain text last, unless other types are asked for.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The types asked for; none for those that suit the value.</param>
    /// <param name="figure">Numbers the figures of a session.</param>
    internal static IReadOnlyList<KeyValuePair<string, string>> Format(object? value, IReadOnlyCollection<string> mimeTypes, Func<int> figure)
    {
        if (value is not null && mimeTypes.Count == 0 && !IsRegistered(value.GetType()) && View(value, figure) is { } view)
        {
            return view;
        }

        var wanted = mimeTypes.Count > 0 ? mimeTypes : [.. Formatter.GetPreferredMimeTypesFor(value?.GetType() ?? typeof(object)).Append(Plain).Distinct()];
        return [.. wanted.Select(mime => new KeyValuePair<string, string>(mime, Text(value, mime)))];
    }

    private static IReadOnlyList<KeyValuePair<string, string>>? View(object value, Func<int> figure)
    {
        switch (value)
        {
            // Before the attribute: Plotly.NET's own formatter loads plotly.js from the network.
            case GenericChart chart:
                return ChartFormat.Format(chart, figure());
            case RgbImage image:
                return ImageFormat.Format(image);
            case torch.Tensor tensor:
                return [new(Plain, tensor.ToString(TensorStringStyle.Julia).ReplaceLineEndings("\n"))];
            case var _ when CellText.IsSimple(value.GetType()):
                return [new(Plain, value is string text ? text : Text(value, Plain))];
            case var _ when NamesFormatter(value.GetType()):
                return null;
            default:
                return (KnownTables.TryOf(value) ?? ObjectTable.TryOf(value)) is { } table
                    ? [new(Html, table.ToHtml()), new(Plain, table.ToPlain())]
                    : null;
        }
    }

    private static bool IsRegistered(Type type) => Formatter.RegisteredFormatters(false).Any(f => f.Type.IsAssignableFrom(type));

    private static bool NamesFormatter(Type type) =>
        type.GetCustomAttributes(inherit: true).Any(a => a.GetType().Name == nameof(TypeFormatterSourceAttribute));

    // A formatter writes newlines as the platform does; notebooks have one kind.
    private static string Text(object? value, string mime) => Formatter.ToDisplayString(value, mime).Replace("\r\n", "\n", StringComparison.Ordinal);
}
