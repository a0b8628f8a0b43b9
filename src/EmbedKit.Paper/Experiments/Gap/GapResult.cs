using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Storage;

namespace EmbedKit.Experiments;

/// <summary>The cones and the modality gap of one data set and encoder, before and after the shift: a row of <c>tables/gap.csv</c>.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Encoder">The encoder pair.</param>
/// <param name="Rows">Rows measured.</param>
/// <param name="Gap">Length of the gap of all rows; unit rows, the narrower modality stretched as published, so that it may be longer than 2.</param>
/// <param name="GapOfTraining">The same of the training rows, which is what the shift learns.</param>
/// <param name="GapAtZero">Of all rows after the shift at λ = 0, which normalises what was stretched: 0…2, to be compared with
/// <paramref name="GapAtOne"/>.</param>
/// <param name="GapAtOne">The same at λ = 1, learned from training rows.</param>
/// <param name="ImageResultantLength">1 when all image rows point one way, near 0 when they point everywhere.</param>
/// <param name="TextResultantLength">The same of text rows.</param>
/// <param name="WithinImages">Mean cosine of pairs of different image rows; NaN for fewer than two.</param>
/// <param name="WithinTexts">Mean cosine of pairs of different text rows.</param>
/// <param name="Between">Mean cosine of an image row and a text row.</param>
/// <param name="OwnPair">Mean cosine of the image and the text of one row.</param>
public sealed record GapResult(
    string Dataset, string Encoder, int Rows, double Gap, double GapOfTraining, double GapAtZero, double GapAtOne,
    double ImageResultantLength, double TextResultantLength, double WithinImages, double WithinTexts, double Between, double OwnPair)
{
    /// <summary>The table, numbers with six digits after the point.</summary>
    public static Columns<GapResult> Columns { get; } = new Columns<GapResult>("gap.csv")
        .Text("dataset", r => r.Dataset).Text("encoder", r => r.Encoder).Number("rows", r => r.Rows)
        .Digits("gap_norm", r => r.Gap).Digits("gap_norm_training", r => r.GapOfTraining).Digits("gap_norm_at_0", r => r.GapAtZero)
        .Digits("gap_norm_at_1", r => r.GapAtOne)
        .Digits("image_resultant_length", r => r.ImageResultantLength).Digits("text_resultant_length", r => r.TextResultantLength)
        .Digits("cosine_within_image", r => r.WithinImages).Digits("cosine_within_text", r => r.WithinTexts)
        .Digits("cosine_between", r => r.Between).Digits("cosine_of_pairs", r => r.OwnPair);

    /// <summary>Share of the gap at λ = 0 that λ = 1 leaves.</summary>
    public double Remains => GapAtOne / GapAtZero;

    /// <summary>Angle of the mean image row and the mean text row, in degrees: 90 for two encoders that know nothing of each other.</summary>
    public double AngleOfMeans => Math.Acos(Math.Clamp(Between / (ImageResultantLength * TextResultantLength), -1, 1)) * 180 / Math.PI;

    /// <summary>Measures every data set and encoder pair of a run, on its leak-free texts.</summary>
    /// <param name="run">The run.</param>
    public static IReadOnlyList<GapResult> Measure(Reproduction run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return [.. from dataset in run.Plan.Tasks.Select(t => t.Dataset).Distinct() from encoder in run.Plan.Encoders
            select Of(dataset, encoder.Name, run.Embeddings(dataset, encoder))];
    }

    /// <summary>Measures all rows, as description; the shift is learned from training rows.</summary>
    /// <param name="dataset">Name of the data set.</param>
    /// <param name="encoder">Name of the encoder pair.</param>
    /// <param name="set">Rows of both modalities with a split.</param>
    public static GapResult Of(string dataset, string encoder, EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var (training, gap) = (TrainingSet.From(set), ModalityGap.Of(set));
        double After(double lambda) => ModalityGap.Of(new GapShift(new() { Lambda = lambda }).Fit(training).Transform(set)).Norm;
        return new(
            dataset, encoder, set.Count, gap.Norm, ModalityGap.Of(training.Rows).Norm, After(0), After(1), gap.ImageResultantLength,
            gap.TextResultantLength,
            gap.MeanCosineWithinImage, gap.MeanCosineWithinText, gap.MeanCosineBetween, gap.MeanCosineOfPairs);
    }
}
