using System.Globalization;
using System.Text.Json.Nodes;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Transformers.Export;
using EmbedKit.Transformers.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Training;

/// <summary>The DINOv2-like image encoder.</summary>
internal static class TinyDino
{
    internal const string Name = "tiny-dino";
    private static readonly OptimisationOptions Schedule = new() { Steps = 900, Batch = 32, LearningRate = 5e-4 };

    internal static void Train(EncoderTraining run, string folder)
    {
        var preprocessing = ModelFiles.WritePreprocessor(folder, "BitImageProcessor", ModelFiles.ImageNetMean, ModelFiles.ImageNetDeviation);
        var options = VisionTransformerOptions.DinoLike;
        using var student = new VisionTransformer(options, new Generator(run.Streams.SeedOf($"{Name}/student")));
        using var teacher = new VisionTransformer(options, new Generator(run.Streams.SeedOf($"{Name}/student")));
        var schedule = run.Limit(Schedule);
        using var training = new SelfDistillation(student, teacher, schedule, new Generator(run.Streams.SeedOf($"{Name}/head")));
        var record = run.Run(
            Name, schedule, random => training.Step(run.Data.Pixels(run.Data.Sample(schedule.Batch, 1, random), preprocessing), random));

        JsonStyle.Write(Path.Combine(folder, "config.json"), Config(options));
        teacher.ToOnnx().Save(Path.Combine(folder, "onnx", "model.onnx"));
        ModelCard.Write(
            folder,
            Name,
            $"A DINOv2-like image encoder (Oquab et al. 2023) after ViT-B/14, much smaller: {options.Transformer.Layers} layers, width "
                + $"{options.Transformer.Width}, "
                + $"patches of {options.PatchSize} pixels. `onnx/model.onnx`: pixel_values → last_hidden_state, class token first; the class token "
                + "is the embedding.",
            "Self-distillation without labels (DINO, Caron et al. 2021): cross-entropy between a student and its moving average over two whole and "
                + "four local views, and DINOv2's KoLeo term, which spreads class tokens; the average is what is kept.",
            record,
            [("effective dimensions: exp of the entropy of the covariance spectrum of class tokens", Spread(run, teacher, preprocessing))]);
    }

    /// <summary>1 when training has collapsed to a line.</summary>
    private static string Spread(EncoderTraining run, VisionTransformer model, PreprocessorConfig preprocessing)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var tokens = torch.cat([.. run.HeldOut.ByDataset().Select(rows => model.forward(run.HeldOut.Pixels(rows, preprocessing)))]);
        var variances = linalg.svdvals(tokens - tokens.mean([0], keepdim: true)).Squared().data<float>().ToArray();
        var shares = variances.Where(v => v > 0).Select(v => v / (double)variances.Sum());
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Exp(-shares.Sum(s => s * Math.Log(s))):0.0} of {tokens.shape[1]}");
    }

    private static JsonObject Config(VisionTransformerOptions options) => ModelFiles.Transformer("dinov2", options.Transformer).With(
        ("architectures", new JsonArray("Dinov2Model")),
        ("mlp_ratio", options.Transformer.FeedForwardWidth / options.Transformer.Width),
        ("hidden_act", "gelu"),
        ("layer_norm_eps", 1e-6),
        ("layerscale_value", 1.0),
        ("qkv_bias", true),
        ("use_swiglu_ffn", false),
        ("image_size", options.ImageSize),
        ("patch_size", options.PatchSize),
        ("num_channels", 3),
        ("torch_dtype", "float32"));
}
