using System.Numerics.Tensors;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// text' = n(text + λ/2·v), image' = n(image − λ/2·v) with a fixed vector v. The steps are public one by one, because noise in training
/// stands between <see cref="Prepare"/> and <see cref="Shift"/>, and a sweep repeats only the last.
/// </summary>
public sealed class FittedShift : IFittedAligner
{
    internal FittedShift(double[] vector, ShiftOptions options, int imageDimension, int textDimension)
        : this(vector, options, CommonSpace.Interpolated(options, imageDimension, textDimension))
    {
    }

    internal FittedShift(double[] vector, ShiftOptions options, CommonSpace space)
    {
        options.Validate();
        (Vector, Options, Space) = (vector, options, space);
    }

    /// <summary>v (D): the gap g, or what stands in its place.</summary>
    public double[] Vector { get; }

    /// <summary>λ and where rows are normalised.</summary>
    public ShiftOptions Options { get; }

    /// <summary>Widths learned from, and how they were matched.</summary>
    internal CommonSpace Space { get; }

    /// <summary>The same vector with another λ.</summary>
    /// <param name="lambda">The other λ.</param>
    public FittedShift At(double lambda) => new(Vector, Options with { Lambda = lambda }, Space);

    /// <summary>What is left to be done to rows that <see cref="Prepare"/> has seen.</summary>
    internal FittedShift WithoutPreparing() => new(Vector, Options with { Prenormalize = false }, Vector.Length, Vector.Length);

    /// <summary>No shift at all: unit length, for rows that another aligner has brought to one width.</summary>
    internal static FittedShift Nothing(int dimension) => new(new double[dimension], new() { Prenormalize = false }, dimension, dimension);

    /// <summary>No shift at all, for rows as they are stored.</summary>
    internal static FittedShift Nothing(SpaceOptions space, int imageDimension, int textDimension) =>
        new(new double[Math.Max(imageDimension, textDimension)], new() { Prenormalize = space.Prenormalize }, imageDimension, textDimension);

    /// <inheritdoc/>
    public EmbeddingSet Transform(EmbeddingSet set, GaussianNoise? noise = null)
    {
        var prepared = Prepare(set);
        return Shift(noise is null ? prepared : noise.Add(prepared));
    }

    /// <summary>Normalises (unless told not to) and brings both modalities to one width: what does not depend on λ.</summary>
    /// <param name="set">Rows with both modalities, of the widths learned from.</param>
    /// <exception cref="InputException">A modality is missing, a width differs, or a row is zero.</exception>
    public EmbeddingSet Prepare(EmbeddingSet set) => Space.Prepare(set);

    /// <summary>Moves both modalities along the vector and normalises (unless told not to).</summary>
    /// <param name="prepared">Rows from <see cref="Prepare"/>, perhaps with noise.</param>
    /// <exception cref="InputException">A row became zero.</exception>
    public EmbeddingSet Shift(EmbeddingSet prepared)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        return prepared.With(
            Move(prepared, prepared.RequireImage(), -Options.Lambda / 2, "image"),
            Move(prepared, prepared.RequireText(), Options.Lambda / 2, "text"));
    }

    private EmbeddingMatrix Move(EmbeddingSet set, EmbeddingMatrix matrix, double amount, string modality)
    {
        var row = new double[matrix.Dimension];
        var what = $"{set.Table.Source}: shifted {modality} embedding";
        return EmbeddingMatrix.Make(matrix.Rows, matrix.Dimension, (i, target) =>
        {
            TensorPrimitives.ConvertChecked<float, double>(matrix.Row(i), row);
            TensorPrimitives.MultiplyAdd<double>(Vector, amount, row, row);
            if (Options.Renormalize)
            {
                Normalization.NormalizeInto(row, target, set.Ids[i], what);
            }
            else
            {
                TensorPrimitives.ConvertTruncating<double, float>(row, target);
            }
        });
    }
}
