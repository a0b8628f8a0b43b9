using EmbedKit.Embedding.Models;
using EmbedKit.Quantization;
using EmbedKit.Runtime;
using EmbedKit.Transformers.Export;
using EmbedKit.Transformers.Modules;
using TorchSharp;

namespace EmbedKit.Benchmarks.Inference;

/// <summary>
/// <c>write-vit --out DIR [--seed N]</c>: a model folder with the shape of DINOv2-base (ViT-B/14, 224², 12 layers, width 768, 12 heads, layer
/// scale) and random weights, in float32 and in int8. It embeds nothing of use; it costs what the real one costs.
/// </summary>
internal static class RandomVit
{
    internal const int Side = 224;

    private static readonly VisionTransformerOptions Shape = new()
    {
        ImageSize = Side,
        PatchSize = 14,
        Transformer = new() { Width = 768, Layers = 12, Heads = 12, FeedForwardWidth = 3072, LayerScale = 1, NormEpsilon = 1e-6f },
    };

    /// <summary>The model in TorchSharp; equal seeds give equal weights.</summary>
    internal static VisionTransformer Create(int seed)
    {
        var model = new VisionTransformer(Shape, new torch.Generator((ulong)seed));
        model.eval();
        return model;
    }

    internal static int Run(string[] arguments)
    {
        Write(arguments.Option("out", "vit-b14-random"), arguments.Option("seed", 0));
        return 0;
    }

    internal static void Write(string folder, int seed)
    {
        Directory.CreateDirectory(folder);
        using (torch.NewDisposeScope())
        {
            using var model = Create(seed);
            model.ToOnnx().Save(Path.Combine(folder, "onnx", "model.onnx"));
        }

        AtomicFile.WriteText(Path.Combine(folder, "config.json"), $$"""
            {
              "model_type": "dinov2", "architectures": ["Dinov2Model"], "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
              "mlp_ratio": 4, "hidden_act": "gelu", "layer_norm_eps": 1e-06, "layerscale_value": 1.0, "qkv_bias": true, "use_swiglu_ffn": false,
              "image_size": {{Side}}, "patch_size": 14, "num_channels": 3, "torch_dtype": "float32"
            }

            """);
        AtomicFile.WriteText(Path.Combine(folder, "preprocessor_config.json"), $$"""
            {
              "image_processor_type": "BitImageProcessor", "do_convert_rgb": true, "do_resize": true, "size": {"shortest_edge": 256}, "resample": 3,
              "do_center_crop": true, "crop_size": {"height": {{Side}}, "width": {{Side}}}, "do_rescale": true, "rescale_factor": 0.00392156862745098,
              "do_normalize": true, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]
            }

            """);
        ModelQuantization.Run(ModelFolder.Open(folder), new(), samples: null);
    }
}
