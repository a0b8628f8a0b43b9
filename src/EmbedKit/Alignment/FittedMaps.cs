using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>Image rows and text rows each go through an affine map of their own, or stay, and are normalised.</summary>
internal sealed class FittedMaps : IFittedAligner
{
    private readonly CommonSpace _space;
    private readonly RowMap? _image;
    private readonly RowMap? _text;

    internal FittedMaps(CommonSpace space, RowMap? image, RowMap? text) => (_space, _image, _text) = (space, image, text);

    /// <inheritdoc/>
    public EmbeddingSet Transform(EmbeddingSet set, GaussianNoise? noise = null)
    {
        var prepared = _space.Prepare(set);
        var rows = noise is null ? prepared : noise.Add(prepared);
        return rows.With(Map(_image, rows, rows.RequireImage(), "image"), Map(_text, rows, rows.RequireText(), "text"));
    }

    private static EmbeddingMatrix Map(RowMap? map, EmbeddingSet set, EmbeddingMatrix matrix, string modality)
    {
        var what = $"{set.Table.Source}: aligned {modality} embedding";
        return map is null ? Normalization.Normalize(matrix, set.Ids, what) : map.ApplyNormalized(matrix, set.Ids, what);
    }
}
