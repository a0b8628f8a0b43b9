using EmbedKit.Storage;

namespace EmbedKit.Protocols;

/// <summary>Makes the rows of a sweep's table: what all have in common, and what each was measured to be.</summary>
internal sealed class SweepTable(EmbeddingSet set, SweepOptions options)
{
    private readonly string _dataset = options.Dataset ?? Path.GetFileNameWithoutExtension(set.Table.Source);
    private readonly string _encoder = options.Encoder
        ?? string.Join('+', ((string[])["image_model", "text_model"]).Select(set.Provenance.GetValueOrDefault).OfType<string>().Distinct());

    internal SweepRow Row(SweepPart part, SweepMeasurement measured) => new()
    {
        Dataset = _dataset,
        Encoder = _encoder,
        Protocol = options.Protocol.Text(),
        Fusion = part.Fusion.Kind.ToString().ToLowerInvariant(),
        Hidden = part.Fusion.HiddenText,
        Aligner = part.Aligner,
        ShiftAt = options.ShiftAt == ShiftAt.TrainAndTest ? "train+test" : "test",
        Lambda = measured.Lambda,
        Sigma = part.Sigma,
        Seed = part.Seed,
        Fold = part.Fold,
        Split = measured.Result.Split,
        Epoch = measured.Epoch,
        EpochsRun = measured.EpochsRun,
        Accuracy = measured.Result.Metrics.Accuracy,
        MacroF1 = measured.Result.Metrics.MacroF1,
        WeightedF1 = measured.Result.Metrics.WeightedF1,
        Auc = measured.Result.Auc(options.LeaksInForce),
        GapBefore = measured.GapBefore,
        GapAfter = measured.GapAfter,
    };
}
