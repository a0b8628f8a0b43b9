using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using TorchSharp;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>
/// Turns a value into what a notebook shows. Charts and images come first (Plotly.NET brings a formatter of its own, which loads plotly.js from
/// the network); then a formatter that the notebook registered, or that the type names by a <c>TypeFormatterSourceAttribute</c>; then tables;
/// then Microsoft.DotNet.Interactive.Formatting's own view.
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
        var view = value is null ? null : View(value, figure);
        if (view is not null && mimeTypes.All(m => view.Any(v => v.Key == m)))
        {
            return mimeTypes.Count == 0 ? view : [.. mimeTypes.Select(m => view.First(v => v.Key == m))];
        }

        var wanted = mimeTypes.Count > 0 ? mimeTypes
            : [.. Formatter.GetPreferredMimeTypesFor(value?.GetType() ?? typeof(object)).Append(Plain).Distinct()];
        return [.. wanted.Select(mime => new KeyValuePair<string, string>(mime, Text(value, mime)))];
    }

    private static IReadOnlyList<KeyValuePair<string, string>>? View(object value, Func<int> figure)
    {
        switch (value)
        {
            case GenericChart chart:
                return ChartFormat.Format(chart, figure());
            case IEnumerable<GenericChart> charts:
                return ChartFormat.Format(charts, figure);
            case RgbImage image:
                return ImageFormat.Format(image);
            case var _ when HasOwnFormatter(value.GetType()):
                return null;
            case torch.Tensor tensor:
                return [new(Plain, tensor.ToString(TensorStringStyle.Julia).ReplaceLineEndings("\n"))];
            case var _ when CellText.IsSimple(value.GetType()):
                return [new(Plain, value is string text ? text : Text(value, Plain))];
            default:
                return (KnownTables.TryOf(value) ?? ObjectTable.TryOf(value)) is { } table
                    ? [new(Html, table.ToHtml()), new(Plain, table.ToPlain())]
                    : null;
        }
    }

    private static bool HasOwnFormatter(Type type) =>
        Formatter.RegisteredFormatters(false).Any(f => f.Type.IsAssignableFrom(type))
        || type.GetCustomAttributes(inherit: true).Any(a => a.GetType().Name == nameof(TypeFormatterSourceAttribute));

    // A formatter writes newlines as the platform does; notebooks have one kind.
    private static string Text(object? value, string mime) => Formatter.ToDisplayString(value, mime).Replace("\r\n", "\n", StringComparison.Ordinal);
}
