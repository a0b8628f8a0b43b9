namespace EmbedKit.Experiments;

/// <summary>A published training run: test numbers of its best epoch (chosen on the test set) and of its last, time and size.</summary>
/// <param name="DataSet">By the kit's name, e.g. <c>ham10000</c>.</param>
/// <param name="Representation"><c>raw</c> (ViT-B/16 and BERT-base, both frozen, run anew on images and texts in every epoch), <c>embeddings</c>
/// (DINOv2 + LLaMA-2), <c>clip</c> or <c>blip2</c>.</param>
/// <param name="Fusion">early or late.</param>
/// <param name="BestMacroF1">Highest macro-F1 over epochs, 0–1; null where not printed.</param>
/// <param name="BestAccuracy">Highest accuracy over epochs, 0–1.</param>
/// <param name="LastMacroF1">Macro-F1 of the last epoch; null where not printed.</param>
/// <param name="LastAccuracy">Accuracy of the last epoch.</param>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="TrainSeconds">Seconds an epoch of training took, on the paper's machine.</param>
/// <param name="InferenceSeconds">Seconds a pass over the test set took.</param>
/// <param name="Parameters">Trained parameters: those of the head alone, for <c>raw</c> too.</param>
/// <param name="TestRows">Rows of the test set; null where not printed.</param>
/// <param name="Source">Where the numbers stand, for display.</param>
public sealed record PublishedResult(
    string DataSet, string Representation, string Fusion, double? BestMacroF1, double BestAccuracy, double? LastMacroF1, double LastAccuracy,
    int Epochs, double TrainSeconds, double InferenceSeconds, long Parameters, int? TestRows, string Source);

/// <summary>Published sizes in MiB (2²⁰ bytes; the notebooks print "MB"), by the formula of <see cref="PublishedMemory"/>.</summary>
/// <param name="DataSet">By the kit's name.</param>
/// <param name="Representation"><c>raw</c>, <c>embeddings</c> or <c>clip</c>.</param>
/// <param name="Fusion">early or late.</param>
/// <param name="BatchSize">Rows a batch.</param>
/// <param name="TrainPerBatch">One training batch, on average.</param>
/// <param name="TrainPerEpoch">All training batches.</param>
/// <param name="TestPerBatch">All test batches divided by the number of <em>training</em> batches, as published.</param>
/// <param name="TestPerEpoch">All test batches.</param>
/// <param name="Model">Parameters × 4 bytes.</param>
/// <param name="Source">Where the numbers stand, for display.</param>
public sealed record PublishedMemorySizes(
    string DataSet, string Representation, string Fusion, int BatchSize, double TrainPerBatch, double TrainPerEpoch, double TestPerBatch,
    double TestPerEpoch, double Model, string Source);
