using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// ReAlign (arXiv 2602.07026): text takes the images' mean and their spread as one number, text' = n(μ_I + s·(text − μ_T)) with
/// s = √(tr Σ_I / tr Σ_T); images are only normalised. This is the form of the paper's first two steps as summarised for this project; of the
/// paper only the abstract was read, and its third step, centroid alignment, is left out.
/// </summary>
/// <param name="options">How rows come into one space.</param>
internal sealed class ReAlign(SpaceOptions options) : IAligner
{
    /// <inheritdoc/>
    public string Name => "realign";

    /// <inheritdoc/>
    /// <exception cref="Runtime.InputException">All texts are alike: they have no spread to scale.</exception>
    public IFittedAligner Fit(TrainingSet training)
    {
        var space = CommonSpace.Fit(training, options);
        var rows = space.Prepare(training.Rows);
        var (image, text) = (rows.RequireImage(), rows.RequireText());
        var (imageSpread, textSpread) = (Moments.Variances(image).Sum(), Moments.Variances(text).Sum());
        if (textSpread <= 1e-12)
        {
            throw new Runtime.InputException(
                $"{rows.Table.Source}: all training texts have one embedding; expected some spread to scale to the images'.");
        }

        double[] scale = [.. Enumerable.Repeat(Math.Sqrt(imageSpread / textSpread), text.Dimension)];
        return new FittedMaps(space, null, RowMap.Scaling(Moments.Mean(text), Moments.Mean(image), scale));
    }
}
