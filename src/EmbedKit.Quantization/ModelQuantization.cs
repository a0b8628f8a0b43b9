using System.Numerics.Tensors;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Quantization;

/// <summary>Quantises the encoders of a model folder to int8, measures what that does, and puts the new files in place together or not at
/// all.</summary>
public sealed class ModelQuantization
{
    private readonly ModelFolder _model;
    private readonly QuantizationOptions _options;
    private readonly IProgress<JobProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly SampleInputs? _samples;

    private ModelQuantization(
        ModelFolder model, QuantizationOptions options, SampleInputs? samples, IProgress<JobProgress>? progress, CancellationToken cancellation) =>
        (_model, _options, _samples, _progress, _cancellation) = (model, options, samples, progress, cancellation);

    /// <summary>Runs.</summary>
    /// <param name="model">The model, with float32 files.</param>
    /// <param name="options">What to quantise and how to measure.</param>
    /// <param name="samples">What to measure on; null measures nothing.</param>
    /// <param name="outFolder">Another folder for the int8 model, which then gets config and tokenizer as well; null to put it beside the float32
    /// files.</param>
    /// <param name="progress">Counts the models tried.</param>
    /// <param name="cancellation">Stops between runs of the model; nothing is left behind.</param>
    /// <exception cref="InputException">A model that cannot be quantised, bad options or inputs.</exception>
    public static QuantizationReport Run(
        ModelFolder model, QuantizationOptions options, SampleInputs? samples, string? outFolder = null,
        IProgress<JobProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.MinCosine is { } least && samples is null)
        {
            throw new InputException(
                FormattableString.Invariant($"min-cosine is {least} and there are no samples; expected at least one input to measure it on."));
        }

        var quantization = new ModelQuantization(model, options, samples, progress, cancellation);
        using var staged = new StagedModel(model, outFolder);
        EncoderSide[] sides = options.Side is { } side ? [side]
            : [.. Enum.GetValues<EncoderSide>().Where(s => s == EncoderSide.Image ? model.HasImage : model.HasText)];
        var files = sides.Select(s => quantization.Quantize(s, staged)).ToArray();
        var isReached = files.All(f => options.MinCosine is not { } bound || f.Effect!.MinCosine >= bound);
        return new(isReached, quantization._samples?.Description ?? "nothing measured", files, isReached ? staged.Place() : []);
    }

    private QuantizedFile Quantize(EncoderSide side, StagedModel staged)
    {
        var source = _model.Export(side, ModelPrecision.Float32);
        var target = staged.FileFor(source);
        var name = Path.GetFileName(source);
        _progress?.Report(new($"{name}: models tried", 0, 0));
        var tried = 0;
        SideRun? before = null;
        QuantizedModel written = null!;
        QuantizationEffect? effect = null;
        double Try(IReadOnlyCollection<string> keepFloat)
        {
            written = QuantizedModel.Write(source, target, keepFloat);
            GC.Collect(
                GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // the message must not stand beside a session
            effect = _samples is null ? null : Compare(before ??= Reference(side), Run(staged.Folder, side, ModelPrecision.Int8));
            _progress?.Report(new($"{name}: models tried", ++tried, 0));
            return effect?.MinCosine ?? 1;
        }

        var reached = Try([]);
        LayerChoice? choice = null;
        if (_options.MinCosine is { } least && reached < least)
        {
            choice = LayerChoice.Choose(written.Quantized, least, Try);
            Try(choice.Float ?? []);
        }

        return new(side, source, staged.PlaceOf(target), written.BytesBefore, written.BytesAfter, effect, written.Quantized,
            [.. written.Skipped.Select(s => choice?.Alone.TryGetValue(s.Name, out var alone) == true ? s with { Cosine = alone } : s)]);
    }

    private SideRun Reference(EncoderSide side)
    {
        var run = Run(_model, side, ModelPrecision.Float32);
        var bad = run.Embeddings.ToList().FindIndex(e => !(TensorPrimitives.Norm<float>(e) is var norm && norm > 0 && float.IsFinite(norm)));
        return bad < 0 ? run
            : throw new InputException(
                $"{_model.Path}: embedding {bad + 1} of {_samples!.Description} is zero or not finite; expected numbers to compare with.");
    }

    private SideRun Run(ModelFolder folder, EncoderSide side, ModelPrecision precision) =>
        SideRun.Of(folder, side, new() { Threads = _options.Threads, Precision = precision }, _samples!, _cancellation);

    private static QuantizationEffect Compare(SideRun before, SideRun after)
    {
        // An int8 embedding of nothing but zeros is as far away as can be.
        var cosines = before.Embeddings.Zip(after.Embeddings, (a, b) => TensorPrimitives.CosineSimilarity<float>(a, b))
            .Select(c => float.IsNaN(c) ? 0.0 : c).ToArray();
        return new(cosines.Length, cosines.Min(), cosines.Average(), before.PerSecond, after.PerSecond);
    }
}
