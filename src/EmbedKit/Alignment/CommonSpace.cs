using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>The space where both modalities are compared, as learned from training rows: what <see cref="SpaceOptions"/> asks for, for two
/// widths.</summary>
internal sealed class CommonSpace
{
    private readonly RowMap? _projection;

    private CommonSpace(SpaceOptions options, int image, int text, RowMap? projection) =>
        (Options, ImageDimension, TextDimension, _projection) = (options, image, text, projection);

    internal SpaceOptions Options { get; }

    /// <summary>Columns of the image rows it was learned from.</summary>
    internal int ImageDimension { get; }

    /// <summary>Columns of the text rows it was learned from.</summary>
    internal int TextDimension { get; }

    /// <summary>The space of the published code, for which the widths are all there is to know.</summary>
    internal static CommonSpace Interpolated(SpaceOptions options, int image, int text) => new(options, image, text, null);

    internal static CommonSpace Fit(TrainingSet training, SpaceOptions options)
    {
        ArgumentNullException.ThrowIfNull(training);
        var rows = training.Rows;
        var (image, text) = (rows.RequireImage().Dimension, rows.RequireText().Dimension);
        return options.Widths.Method is WidthMethod.Interpolate or WidthMethod.ZeroPad || image == text ? new(options, image, text, null)
            : new(options, image, text, Projection(options.Prenormalize ? Normalization.Normalize(rows) : rows, options.Widths));
    }

    /// <summary>Rows of both modalities, in the space.</summary>
    /// <exception cref="InputException">A modality is missing, a width differs, or a row is zero.</exception>
    internal EmbeddingSet Prepare(EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.RequireImage().Dimension != ImageDimension || set.RequireText().Dimension != TextDimension)
        {
            throw new InputException($"{set.Table.Source}: widths {set.Image!.Dimension} (image) and {set.Text!.Dimension} (text); " +
                $"expected {ImageDimension} and {TextDimension}, as in the rows the alignment was learned from.");
        }

        var rows = Options.Prenormalize ? Normalization.Normalize(set) : set;
        return ImageDimension == TextDimension ? rows : Options.Widths.Method switch
        {
            WidthMethod.Interpolate => Stretch.ToCommonWidth(rows),
            WidthMethod.ZeroPad => rows.With(Padded(rows.Image!), Padded(rows.Text!)),
            _ => ImageDimension > TextDimension ? rows.With(_projection!.Apply(rows.Image!), rows.Text)
                : rows.With(rows.Image, _projection!.Apply(rows.Text!)),
        };
    }

    private static RowMap Projection(EmbeddingSet rows, WidthMatch widths)
    {
        var (image, text) = (rows.RequireImage(), rows.RequireText());
        var (wide, narrow) = image.Dimension > text.Dimension ? (image, text.Dimension) : (text, image.Dimension);
        if (widths.Method == WidthMethod.RandomProjection)
        {
            var stream = widths.Random.Create("random-projection");
            double[] matrix = [.. Enumerable.Range(0, wide.Dimension * narrow).Select(_ => stream.NextGaussian() / Math.Sqrt(narrow))];
            return RowMap.Linear(matrix, wide.Dimension, narrow);
        }

        if (wide.Rows <= narrow)
        {
            throw new InputException($"{rows.Table.Source}: {NumberText.Count(wide.Rows, "training row")} for PCA from {wide.Dimension} to {narrow} "
                + $"coordinates; " +
                $"expected more than {narrow}. Use another way to match widths: {string.Join(", ", WidthMatch.Names.Where(n => n != "pca"))}.");
        }

        var components = PrincipalComponents.Fit(wide, narrow).Components;
        return RowMap.Linear([.. Enumerable.Range(0, wide.Dimension).SelectMany(d => components.Select(c => c[d]))], wide.Dimension, narrow);
    }

    private EmbeddingMatrix Padded(EmbeddingMatrix rows) =>
        EmbeddingMatrix.Make(rows.Rows, Math.Max(ImageDimension, TextDimension), (i, target) => rows.CopyRow(i, target[..rows.Dimension]));
}
