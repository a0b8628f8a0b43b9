using System.Text.Json.Nodes;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers.SentencePieceFormat;
using Google.Protobuf;
using Piece = EmbedKit.Tokenizers.SentencePieceFormat.ModelProto.Types.SentencePiece;
using PieceType = EmbedKit.Tokenizers.SentencePieceFormat.ModelProto.Types.SentencePiece.Types.Type;

namespace EmbedKit.Demo.Training;

/// <summary>
/// Learns a SentencePiece BPE model laid out as LLaMA's <c>tokenizer.model</c>: unknown, start and end, 256 byte pieces to fall back on,
/// learned pieces in order of merging, single characters. Spaces are written ▁ and belong to the word they precede; digits stay single.
/// </summary>
internal static class SentencePieceTrainer
{
    private const char Space = '▁';

    /// <summary>Learns from texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="vocabularySize">At most this many pieces; at least 259 and one for each distinct character.</param>
    /// <returns>The model, as the bytes of a <c>tokenizer.model</c>.</returns>
    internal static byte[] Learn(IEnumerable<string> texts, int vocabularySize)
    {
        var words = texts.SelectMany(t => Split(Space + t.Replace(' ', Space))).CountBy(w => w).OrderBy(w => w.Key, StringComparer.Ordinal).ToArray();
        var characters = words.SelectMany(w => Characters(w.Key).Select(c => (Character: c, Count: (long)w.Value)))
            .GroupBy(c => c.Character, c => c.Count).OrderByDescending(g => g.Sum()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key)
            .ToArray();
        var model = new ModelProto
        {
            Pieces = { Special("<unk>", PieceType.Unknown), Special("<s>", PieceType.Control), Special("</s>", PieceType.Control) },
            NormalizerSpec = new()
            {
                Name = "identity",
                PrecompiledCharsmap = ByteString.Empty,
                AddDummyPrefix = true,
                RemoveExtraWhitespaces = false,
                EscapeWhitespaces = true,
            },
        };
        model.Pieces.AddRange(Enumerable.Range(0, 256).Select(b => Special($"<0x{b:X2}>", PieceType.Byte)));
        var room = vocabularySize - model.Pieces.Count - characters.Length;
        ArgumentOutOfRangeException.ThrowIfNegative(room, nameof(vocabularySize));

        var learned = new List<string>();
        var pairs = new PairMerges(words.Select(w => (Characters(w.Key), (long)w.Value)));
        while (learned.Count < room && pairs.Next() is { } pair)
        {
            // Two roads may lead to one piece ("a"+"bc", "ab"+"c"); encoding looks at the piece, so it is kept once.
            if (!learned.Contains(pair.Left + pair.Right))
            {
                learned.Add(pair.Left + pair.Right);
            }
        }

        model.Pieces.AddRange(learned.Concat(characters).Select((text, rank) => new Piece { Piece = text, Score = -rank, Type = PieceType.Normal }));
        model.TrainerSpec = new()
        {
            ModelType = TrainerSpec.Types.ModelType.Bpe,
            VocabSize = model.Pieces.Count,
            ByteFallback = true,
            SplitDigits = true,
        };
        return model.ToByteArray();
    }

    /// <summary>Writes tokenizer.model, tokenizer_config.json and special_tokens_map.json.</summary>
    /// <param name="model">What <see cref="Learn"/> gave.</param>
    /// <param name="folder">The model folder.</param>
    /// <param name="maxLength">Most tokens of a text.</param>
    internal static void Save(byte[] model, string folder, int maxLength)
    {
        AtomicFile.Write(Path.Combine(folder, "tokenizer.model"), stream => stream.Write(model));
        JsonStyle.Write(
            Path.Combine(folder, "special_tokens_map.json"),
            new JsonObject { ["bos_token"] = "<s>", ["eos_token"] = "</s>", ["unk_token"] = "<unk>" });
        JsonStyle.Write(Path.Combine(folder, "tokenizer_config.json"), new JsonObject
        {
            ["tokenizer_class"] = "LlamaTokenizer",
            ["add_bos_token"] = true,
            ["add_eos_token"] = false,
            ["bos_token"] = "<s>",
            ["eos_token"] = "</s>",
            ["unk_token"] = "<unk>",
            ["model_max_length"] = maxLength,
            ["padding_side"] = "right",
            ["clean_up_tokenization_spaces"] = false,
            ["legacy"] = false,
        });
    }

    /// <summary>Number of pieces of a model.</summary>
    /// <param name="model">What <see cref="Learn"/> gave.</param>
    internal static int VocabularySize(byte[] model) => ModelProto.Parser.ParseFrom(model).Pieces.Count;

    private static Piece Special(string text, PieceType type) => new() { Piece = text, Score = 0, Type = type };

    /// <summary>Words with the space before them; digits alone; runs of letters apart from runs of anything else.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i - 1] != Space && Kind(text[i]) != Kind(text[i - 1])) || text[i] == Space || char.IsAsciiDigit(text[i]))
            {
                yield return text[start..i];
                start = i;
            }
        }

        static int Kind(char c) => char.IsAsciiDigit(c) ? 0 : char.IsLetter(c) || char.IsSurrogate(c) ? 1 : c == Space ? 2 : 3;
    }

    private static IEnumerable<string> Characters(string word) => word.EnumerateRunes().Select(r => r.ToString());
}
