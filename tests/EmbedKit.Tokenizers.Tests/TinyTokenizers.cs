using System.Text.Json;
using EmbedKit.Tokenizers.SentencePieceFormat;
using Google.Protobuf;
using PieceType = EmbedKit.Tokenizers.SentencePieceFormat.ModelProto.Types.SentencePiece.Types.Type;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>Tokenizer files of a few dozen pieces, made up for the tests.</summary>
internal static class TinyTokenizers
{
    /// <summary>Letters a–z and digits, each alone and ending a word, "lesion" and "nevus" whole, start and end: 74 + 12 + 2 ids.</summary>
    internal static string[] WriteClip(string folder, string config = """{"tokenizer_class": "CLIPTokenizer", "model_max_length": 12}""")
    {
        var letters = "abcdefghijklmnopqrstuvwxyz0123456789!".Select(c => c.ToString()).ToArray();
        string[] merges = ["l e", "le s", "les i", "lesi o", "lesio n</w>", "n e", "ne v", "nev u", "nevu s</w>"];
        var whole = merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal));
        string[] tokens = [.. letters, .. letters.Select(l => l + "</w>"), .. whole, "<|startoftext|>", "<|endoftext|>"];
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(tokens.Index().ToDictionary(t => t.Item, t => t.Index)));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), merges.Prepend("#version: 0.2"));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), config);
        return tokens;
    }

    /// <summary>A SentencePiece BPE model: unk, s, /s, 256 bytes, and a few pieces whose scores fix the order of merging.</summary>
    internal static void WriteSentencePiece(string folder, Action<ModelProto>? change = null)
    {
        var model = new ModelProto
        {
            TrainerSpec = new() { ModelType = TrainerSpec.Types.ModelType.Bpe, ByteFallback = true },
            NormalizerSpec = new() { Name = "identity", RemoveExtraWhitespaces = false },
        };
        model.Pieces.Add(new ModelProto.Types.SentencePiece { Piece = "<unk>", Type = PieceType.Unknown });
        model.Pieces.Add(new ModelProto.Types.SentencePiece { Piece = "<s>", Type = PieceType.Control });
        model.Pieces.Add(new ModelProto.Types.SentencePiece { Piece = "</s>", Type = PieceType.Control });
        model.Pieces.Add(Enumerable.Range(0, 256).Select(b => new ModelProto.Types.SentencePiece { Piece = $"<0x{b:X2}>", Type = PieceType.Byte }));
        string[] pieces = ["ab", "bc", "\u2581ab", "aa", "aaa", "\u2581", "a", "b", "c"];
        model.Pieces.Add(pieces.Select((p, i) => new ModelProto.Types.SentencePiece { Piece = p, Score = -i, Type = PieceType.Normal }));
        change?.Invoke(model);
        File.WriteAllBytes(Path.Combine(folder, "tokenizer.model"), model.ToByteArray());
    }

    internal static void WriteBert(string folder, string config = """{"do_lower_case": true}""")
    {
        string[] tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "mela", "##no", "##ma", "cafe", "!", "中", "Mela"];
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), tokens);
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), config);
    }
}
