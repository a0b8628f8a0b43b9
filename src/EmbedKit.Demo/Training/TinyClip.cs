using System.Globalization;
using System.Text.Json.Nodes;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers;
using EmbedKit.Transformers.Export;
using EmbedKit.Transformers.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Training;

/// <summary>The CLIP-like pair: an image and a text encoder into one space.</summary>
internal static class TinyClip
{
    internal const string Name = "tiny-clip";
    private const int VocabularySize = 1000;

    // At equal work, many small steps find more pairs than few large ones: five first places 17 % at 450 × 32, 10 % at 150 × 96.
    private static readonly OptimisationOptions Schedule = new() { Steps = 2100, Batch = 32 };

    internal static void Train(EncoderTraining run, string folder)
    {
        var preprocessing = ModelFiles.WritePreprocessor(folder, "CLIPImageProcessor", ModelFiles.ClipMean, ModelFiles.ClipDeviation);
        var learned = ClipTokenizerTrainer.Learn(run.Data.Texts, VocabularySize);
        var imageOptions = VisionTransformerOptions.ClipLike with { Transformer = VisionTransformerOptions.ClipLike.Transformer with { Layers = 3 } };
        var textOptions = new ClipTextOptions { VocabularySize = learned.Vocabulary.Count, EndToken = learned.Vocabulary.Count - 1 };
        textOptions = textOptions with { Transformer = textOptions.Transformer with { Layers = 2 } };
        learned.Save(folder, textOptions.MaxLength);
        var tokenizer = TokenizerFolder.Read(folder);
        var texts = run.Data.Texts.Select(t => tokenizer.Encode(t).Ids).ToArray();

        using var image = new VisionTransformer(imageOptions, new Generator(run.Streams.SeedOf($"{Name}/image")));
        using var text = new ClipTextTransformer(textOptions, new Generator(run.Streams.SeedOf($"{Name}/text")));
        var schedule = run.Limit(Schedule);
        using var training = new ContrastiveTraining(image, text, schedule);
        var record = run.Run(Name, schedule, random =>
        {
            // Of two data sets: half of what must be told apart is lesions from lesions, not lesions from landscapes. Texts tell left eyes from
            // right ones: nothing is mirrored.
            var rows = run.Data.Sample(schedule.Batch, 2, random);
            var pixels = ImageAugmentation.Crop(run.Data.Pixels(rows, preprocessing), EncoderTrainingData.ImageSize, 0.7, 1, mirror: false, random);
            return training.Step(pixels, TokenBatch.Pad([.. rows.Select(r => texts[r])], textOptions.EndToken).Ids);
        });

        JsonStyle.Write(Path.Combine(folder, "config.json"), Config(imageOptions, textOptions, training.LogScale));
        image.ToOnnx().Save(Path.Combine(folder, "onnx", "vision_model.onnx"));
        text.ToOnnx().Save(Path.Combine(folder, "onnx", "text_model.onnx"));
        ModelCard.Write(
            folder,
            Name,
            $"A CLIP-like pair (Radford et al. 2021) after OpenAI's ViT-B/32, much smaller: {imageOptions.Transformer.Layers} and "
                + $"{textOptions.Transformer.Layers} layers, "
                + $"width {imageOptions.Transformer.Width}, {imageOptions.ProjectionWidth} shared dimensions. `onnx/vision_model.onnx`: "
                + "pixel_values → image_embeds; `onnx/text_model.onnx`: input_ids → text_embeds.",
            "Symmetric InfoNCE over cosine similarities with a learned temperature.",
            record,
            Measure(run, image, text, preprocessing, tokenizer, training.LogScale));
    }

    private static IEnumerable<(string What, string Value)> Measure(
        EncoderTraining run, VisionTransformer image, ClipTextTransformer text, PreprocessorConfig preprocessing, TextTokenizer tokenizer,
        double logScale)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (images, texts) = (new List<Tensor>(), new List<Tensor>());
        var (first, five, count) = (0.0, 0.0, 0);
        foreach (var rows in run.HeldOut.ByDataset())
        {
            images.Add(ContrastiveTraining.Unit(image.forward(run.HeldOut.Pixels(rows, preprocessing))));
            texts.Add(
                ContrastiveTraining.Unit(
                    text.forward(TokenBatch.Pad([.. rows.Select(r => tokenizer.Encode(run.HeldOut.Texts[r]).Ids)], text.Options.EndToken).Ids)));
            var similarity = torch.matmul(images[^1], texts[^1].t());
            var ranks = similarity.gt(similarity.diag().unsqueeze(1)).sum(1).data<long>().ToArray();
            first += ranks.Count(r => r == 0);
            five += ranks.Count(r => r < 5);
            count = rows.Length;
        }

        var gap = (torch.cat(images).mean([0]) - torch.cat(texts).mean([0])).norm().item<float>();
        var pairs = (torch.cat(images) * torch.cat(texts)).sum(1).mean().item<float>();
        return
        [
            ($"text found for an image among {count} of its data set, first place (chance {Percent(1.0 / count)})",
                Percent(first / (count * images.Count))),
            ($"the same, first five places (chance {Percent(5.0 / count)})", Percent(five / (count * images.Count))),
            ("modality gap: distance of the mean unit image from the mean unit text", Number(gap)),
            ("mean cosine of a pair", Number(pairs)),
            ("temperature learned", Number(Math.Exp(-logScale))),
        ];

        static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");
        static string Number(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.000}");
    }

    private static JsonObject Config(VisionTransformerOptions image, ClipTextOptions text, double logScale) => new()
    {
        ["architectures"] = new JsonArray("CLIPModel"),
        ["model_type"] = "clip",
        ["projection_dim"] = text.ProjectionWidth,
        ["logit_scale_init_value"] = Math.Round(logScale, 4),
        ["torch_dtype"] = "float32",
        ["text_config"] = ModelFiles.Transformer("clip_text_model", text.Transformer).With(
            ("intermediate_size", text.Transformer.FeedForwardWidth),
            ("hidden_act", "quick_gelu"),
            ("layer_norm_eps", 1e-5),
            ("max_position_embeddings", text.MaxLength),
            ("vocab_size", text.VocabularySize),
            ("projection_dim", text.ProjectionWidth),
            ("bos_token_id", text.EndToken - 1),
            ("eos_token_id", text.EndToken),
            ("pad_token_id", text.EndToken)),
        ["vision_config"] = ModelFiles.Transformer("clip_vision_model", image.Transformer).With(
            ("intermediate_size", image.Transformer.FeedForwardWidth),
            ("hidden_act", "quick_gelu"),
            ("layer_norm_eps", 1e-5),
            ("image_size", image.ImageSize),
            ("patch_size", image.PatchSize),
            ("num_channels", 3),
            ("projection_dim", image.ProjectionWidth)),
    };
}
