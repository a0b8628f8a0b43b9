using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers.Files;
using EmbedKit.Transformers.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Weights;

/// <summary>A model folder's encoders as modules: the shape from <c>config.json</c>, the weights from <c>model.safetensors</c> or, where there is
/// none, from the graph that this kit exported.</summary>
internal static class ModuleFolder
{
    private const string ImageFamilies = "clip, dinov2 or vit", TextFamilies = "clip, llama or bert";

    /// <summary>The image encoder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A family without a module, a shape it has not, weights that do not fit.</exception>
    internal static VisionTransformer OpenImage(ModelFolder folder)
    {
        using var config = ModelJson.Read(Path.Combine(folder.Path, ModelConfig.FileName));
        var (shape, names) = folder.Family switch
        {
            "clip" => (Clip(Part(config, "vision_config"), Whole(config, "projection_dim")), WeightNames.ClipImage),
            "dinov2" => (Vision(config, new() { LayerScale = 1 }), WeightNames.Dinov2),
            "vit" => (Vision(config, new()), WeightNames.Vit),
            var other => throw Unknown(folder, other, ImageFamilies),
        };
        return Filled(() => new VisionTransformer(shape, new Generator(0)), folder, EncoderSide.Image, names);
    }

    /// <summary>The text encoder: a CLIP-like one gives embeddings, the others hidden states.</summary>
    /// <inheritdoc cref="OpenImage"/>
    internal static nn.Module OpenText(ModelFolder folder)
    {
        using var config = ModelJson.Read(Path.Combine(folder.Path, ModelConfig.FileName));
        return folder.Family switch
        {
            "clip" => Text(() => ClipText(Part(config, "text_config"), Whole(config, "projection_dim")), WeightNames.ClipText),
            "llama" => Text(() => Llama(config), WeightNames.Llama),
            "bert" => Text(() => Bert(config), WeightNames.Bert),
            var other => throw Unknown(folder, other, TextFamilies),
        };

        nn.Module Text<T>(Func<T> make, WeightNames names)
            where T : nn.Module => Filled(make, folder, EncoderSide.Text, names);
    }

    private static T Filled<T>(Func<T> make, ModelFolder folder, EncoderSide side, WeightNames names)
        where T : nn.Module
    {
        T module;
        try
        {
            module = make();
        }
        catch (ArgumentException error)
        {
            throw new InputException($"{Path.Combine(folder.Path, ModelConfig.FileName)}: {error.Message.ReplaceLineEndings(" ")}", error);
        }

        try
        {
            if (Path.Combine(folder.Path, ModuleWeights.FileName) is var path && File.Exists(path))
            {
                ModuleWeights.Load(module, path, names);
            }
            else
            {
                ModuleWeights.LoadExport(module, folder.Export(side, ModelPrecision.Float32));
            }

            return module;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    private static VisionTransformerOptions Clip(ConfigJson vision, int projection) => new()
    {
        ImageSize = Whole(vision, "image_size"),
        PatchSize = Whole(vision, "patch_size"),
        PatchBias = false,
        NormaliseTokens = true,
        ProjectionWidth = projection,
        Transformer = Blocks(vision, new() { FeedForward = FeedForwardKind.QuickGelu }),
    };

    private static VisionTransformerOptions Vision(ConfigJson config, TransformerOptions family)
    {
        if (config.Flag("use_swiglu_ffn", false) || !config.Flag("qkv_bias", true))
        {
            throw config.Error("use_swiglu_ffn or qkv_bias", "another shape", "GELU layers and attention with biases, as the base models have");
        }

        return new()
        {
            ImageSize = Whole(config, "image_size"),
            PatchSize = Whole(config, "patch_size"),
            PositionResize = InterpolationMode.Bicubic,
            Transformer = Blocks(config, family),
        };
    }

    private static ClipTextTransformer ClipText(ConfigJson text, int projection) => new(
        new()
        {
            VocabularySize = Whole(text, "vocab_size"),
            MaxLength = Whole(text, "max_position_embeddings"),
            EndToken = Whole(text, "eos_token_id"),
            ProjectionWidth = projection,
            Transformer = Blocks(text, new() { FeedForward = FeedForwardKind.QuickGelu, Causal = true }),
        },
        new Generator(0));

    private static LlamaDecoder Llama(ConfigJson config)
    {
        if (config.Count("num_key_value_heads") is { } shared && shared != Whole(config, "num_attention_heads"))
        {
            throw config.Error("num_key_value_heads", $"{shared}", "as many as attention heads: shared keys have no module here");
        }

        return new(
            new()
            {
                VocabularySize = Whole(config, "vocab_size"),
                MaxLength = Whole(config, "max_position_embeddings"),
                Transformer = Blocks(config, new LlamaOptions().Transformer with { RotaryBase = (float)config.Number("rope_theta", 10_000) }),
            },
            new Generator(0));
    }

    private static BertEncoder Bert(ConfigJson config) => new(
        new()
        {
            VocabularySize = Whole(config, "vocab_size"),
            MaxLength = Whole(config, "max_position_embeddings"),
            TokenTypes = Whole(config, "type_vocab_size"),
            Transformer = Blocks(config, new BertOptions().Transformer),
        },
        new Generator(0));

    private static TransformerOptions Blocks(ConfigJson config, TransformerOptions family)
    {
        var activation = family.FeedForward switch { FeedForwardKind.Gelu => "gelu", FeedForwardKind.QuickGelu => "quick_gelu", _ => "silu" };
        if (config.Text("hidden_act") is { } act && act != activation)
        {
            throw config.Error("hidden_act", act, $"{activation}, which this family's module computes");
        }

        var width = Whole(config, "hidden_size");
        return family with
        {
            Width = width,
            Layers = Whole(config, "num_hidden_layers"),
            Heads = Whole(config, "num_attention_heads"),
            FeedForwardWidth = config.Count("intermediate_size") ?? (Whole(config, "mlp_ratio") * width),
            NormEpsilon = (float)config.Number("layer_norm_eps", config.Number("rms_norm_eps", family.NormEpsilon)),
            HiddenDropout = Share(config, family.HiddenDropout, "hidden_dropout_prob"),
            AttentionDropout = Share(config, family.AttentionDropout, "attention_probs_dropout_prob", "attention_dropout"),
        };
    }

    private static double Share(ConfigJson config, double missing, params string[] keys)
    {
        var key = keys.FirstOrDefault(config.Has, keys[0]);
        return config.Number(key, missing) is var share and >= 0 and < 1 ? share
            : throw config.Error(key, config.Find(key)!.Value.GetRawText(), "0 to below 1");
    }

    private static int Whole(ConfigJson config, string key) => config.Count(key) ?? throw config.Error(key, "missing", "a whole number");

    private static ConfigJson Part(ConfigJson config, string key) => config.Object(key) ?? throw config.Error(key, "missing", "an object");

    private static InputException Unknown(ModelFolder folder, string family, string expected) =>
        new($"{folder.Path}: model_type '{family}' cannot be trained or run with dropout here; expected {expected}. The ways cached and live run "
            + "it.");
}
