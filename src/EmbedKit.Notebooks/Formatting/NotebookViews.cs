using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Evaluation;
using EmbedKit.Storage;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using TorchSharp;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>
/// What the kit's values, charts and data frames look like in a notebook, registered with Microsoft.DotNet.Interactive.Formatting: one place, for the
/// kit's own sessions and for any other .NET Interactive, where the package's <c>interactive-extensions/dotnet/extension.dib</c> calls it.
/// </summary>
public static class NotebookViews
{
    private static readonly Lock Gate = new();
    private static string? _lacking;

    /// <summary>Registers the views of embeddings, tables, metrics, tensors, images, charts, and the data frames of Microsoft.Data.Analysis and
    /// Deedle. Called again, it does nothing.</summary>
    /// <returns>Null, or what the host cannot show and what to do about it, in one line.</returns>
    public static string? Register()
    {
        lock (Gate)
        {
            if (!Formatter.RegisteredFormatters(includeDefaults: false).Any(f => f is ValueView { Type: var type } && type == typeof(TextTable)))
            {
                Table<TextTable>(KnownTables.Of);
                Table<LabelledDataset>(KnownTables.Of);
                Table<EmbeddingSet>(KnownTables.Of);
                Table<EmbeddingMatrix>(KnownTables.Of);
                Table<MetricReport>(KnownTables.Of);
                Table<ConfusionMatrix>(KnownTables.Of);
                Table<DataFrame>(KnownTables.Of);
                ValueView.Register(typeof(RgbImage), v => ImageFormat.Format((RgbImage)v), ValueFormatter.Html, "image/png", ValueFormatter.Plain);
                ValueView.Register(
                    typeof(torch.Tensor),
                    v => [new(ValueFormatter.Plain, ((torch.Tensor)v).ToString(TensorStringStyle.Julia).ReplaceLineEndings("\n"))],
                    ValueFormatter.Plain);
                _lacking = FSharpViews.Lacking();
                if (_lacking is null)
                {
                    FSharpViews.Register();
                }
            }

            return _lacking;
        }
    }

    /// <summary>Registers, besides, a table for every sequence of records and the like, and plain text for what is one word or number.</summary>
    internal static void RegisterAll()
    {
        lock (Gate)
        {
            Register();
            if (!Formatter.RegisteredFormatters(includeDefaults: false).Any(f => f is ValueView { Type: var type } && type == typeof(object)))
            {
                ValueView.Register(
                    typeof(object),
                    v => CellText.IsSimple(v.GetType()) || ValueView.HasOther(v.GetType()) ? null : ObjectTable.TryOf(v)?.ToBundle(),
                    ValueFormatter.Html, ValueFormatter.Plain);
                foreach (var simple in CellText.SimpleTypes)
                {
                    Formatter.SetPreferredMimeTypesFor(simple, ValueFormatter.Plain);
                }
            }
        }
    }

    internal static void Table<T>(Func<T, TableView> view) =>
        ValueView.Register(typeof(T), v => view((T)v).ToBundle(), ValueFormatter.Html, ValueFormatter.Plain);
}
