using System.Globalization;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers;
using EmbedKit.Transformers.Export;
using EmbedKit.Transformers.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Training;

/// <summary>The LLaMA-like text model, wider than the image encoders on purpose: widths that differ are the rule among real models.</summary>
internal static class TinyLlama
{
    internal const string Name = "tiny-llama";
    private const int VocabularySize = 1000;
    private const int Padding = 0;
    private static readonly OptimisationOptions Schedule = new() { Steps = 250, Batch = 64, LearningRate = 2e-3 };

    internal static void Train(EncoderTraining run, string folder)
    {
        var learned = SentencePieceTrainer.Learn(run.Data.Texts, VocabularySize);
        var options = new LlamaOptions { VocabularySize = SentencePieceTrainer.VocabularySize(learned) };
        SentencePieceTrainer.Save(learned, folder, options.MaxLength);
        var tokenizer = TokenizerFolder.Read(folder);
        var texts = run.Data.Texts.Select(t => tokenizer.Encode(t).Ids).ToArray();

        using var model = new LlamaDecoder(options, new Generator(run.Streams.SeedOf($"{Name}/model")));
        var schedule = run.Limit(Schedule);
        using var training = new CausalLanguageTraining(model, schedule);
        var record = run.Run(
            Name, schedule, random => training.Step(TokenBatch.Pad([.. run.Data.Sample(schedule.Batch, 4, random).Select(r => texts[r])], Padding)));

        JsonStyle.Write(Path.Combine(folder, "config.json"), Config(options));
        model.ToOnnx().Save(Path.Combine(folder, "onnx", "model.onnx"));
        var heldOut = training.Evaluate(TokenBatch.Pad([.. run.HeldOut.Texts.Select(t => tokenizer.Encode(t).Ids)], Padding));
        ModelCard.Write(
            folder,
            Name,
            $"A LLaMA-like causal language model (Touvron et al. 2023), much smaller: {options.Transformer.Layers} layers, width "
                + $"{options.Transformer.Width}, "
                + $"{options.VocabularySize} SentencePiece pieces. `onnx/model.onnx`: input_ids, attention_mask → last_hidden_state; the mean over "
                + "tokens is the embedding.",
            "Cross-entropy of the next token.",
            record,
            [
                ("perplexity a token", string.Create(CultureInfo.InvariantCulture, $"{Math.Exp(heldOut):0.00}")),
                ("perplexity at chance", string.Create(CultureInfo.InvariantCulture, $"{options.VocabularySize}")),
            ]);
    }

    private static JsonObject Config(LlamaOptions options) => ModelFiles.Transformer("llama", options.Transformer).With(
        ("architectures", new JsonArray("LlamaModel")),
        ("intermediate_size", options.Transformer.FeedForwardWidth),
        ("num_key_value_heads", options.Transformer.Heads),
        ("hidden_act", "silu"),
        ("rms_norm_eps", 1e-5),
        ("rope_theta", 10000.0),
        ("max_position_embeddings", options.MaxLength),
        ("vocab_size", options.VocabularySize),
        ("tie_word_embeddings", true),
        ("bos_token_id", 1),
        ("eos_token_id", 2),
        ("torch_dtype", "float32"));
}
