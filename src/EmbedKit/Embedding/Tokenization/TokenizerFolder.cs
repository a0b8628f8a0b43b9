using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Tokenization;

/// <summary>Reads the tokenizer of a model folder from whichever files it holds.</summary>
public static class TokenizerFolder
{
    private const string SentencePieceFile = "tokenizer.model";
    private const string MergesFile = "merges.txt";
    private const string VocabularyJson = "vocab.json";
    private const string VocabularyText = "vocab.txt";

    // What the reference's tokenizers assume where neither config says: 77 for CLIP, 512 for BERT, 2048 for the first LLaMA.
    private const int ClipContext = 77, BertContext = 512, LlamaContext = 2048;

    /// <summary>
    /// Reads <c>tokenizer.model</c> (SentencePiece), <c>vocab.json</c> with <c>merges.txt</c> (CLIP), or <c>vocab.txt</c> (WordPiece).
    /// <c>tokenizer_config.json</c> and <c>config.json</c>, where present, say the context, the special tokens and the case.
    /// </summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="InputException">No tokenizer, a file that is missing or broken, or a kind this kit does not read.</exception>
    public static TextTokenizer Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string At(string file) => Path.Combine(folder, file);
        using var settings = TokenizerSettings.Read(folder);
        if (File.Exists(At(SentencePieceFile)))
        {
            return SentencePiece(SentencePieceBpe.Read(At(SentencePieceFile)), settings);
        }

        if (File.Exists(At(VocabularyJson)) || File.Exists(At(MergesFile)))
        {
            foreach (var needed in new[] { VocabularyJson, MergesFile }.Where(f => !File.Exists(At(f))))
            {
                throw new InputException($"{folder}: no {needed}; expected vocab.json and merges.txt beside each other.");
            }

            return Clip(ReadVocabulary(At(VocabularyJson)), ReadMerges(At(MergesFile)), settings);
        }

        return File.Exists(At(VocabularyText))
            ? Bert(At(VocabularyText), settings)
            : throw new InputException($"{folder}: no tokenizer; expected tokenizer.model, or vocab.json and merges.txt, or vocab.txt.");
    }

    internal static TextTokenizer Clip(Dictionary<string, int> vocabulary, IEnumerable<string> merges, TokenizerSettings settings)
    {
        if (!vocabulary.TryGetValue(ClipBpe.Start, out var start) || !vocabulary.TryGetValue(ClipBpe.End, out var end))
        {
            throw new InputException(
                $"{settings.Folder}: {VocabularyJson} lacks {ClipBpe.Start} or {ClipBpe.End}; expected a CLIP vocabulary, the only one with merges.txt this kit reads.");
        }

        return new(new ClipBpe(vocabulary, merges).Encode, new()
        {
            Before = [start],
            After = [end],
            MaxLength = settings.Context(ClipContext, special: 2),
            PadId = settings.Token("pad_token", t => vocabulary.TryGetValue(t, out var id) ? id : null) ?? end,
            PadsToMaxLength = true,
            VocabularySize = vocabulary.Values.Max() + 1,
            TokenOf = TokensById(vocabulary),
        });
    }

    private static TextTokenizer SentencePiece(SentencePieceBpe model, TokenizerSettings settings)
    {
        var begin = settings.Flag("add_bos_token", true) ? settings.Token("bos_token", model.IdOf) ?? model.BeginId : -1;
        var end = settings.Flag("add_eos_token", false) ? settings.Token("eos_token", model.IdOf) ?? model.EndId : -1;
        int[] before = begin < 0 ? [] : [begin], after = end < 0 ? [] : [end];
        return new(model.Encode, new()
        {
            Before = before,
            After = after,
            MaxLength = settings.Context(LlamaContext, before.Length + after.Length),
            PadId = settings.Token("pad_token", model.IdOf) ?? Math.Max(0, model.UnknownId),
            VocabularySize = model.VocabularySize,
            TokenOf = model.PieceOf,
        });
    }

    private static TextTokenizer Bert(string path, TokenizerSettings settings)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var lines = 0;
        foreach (var line in File.ReadLines(path))
        {
            vocabulary.TryAdd(line, lines++);
        }

        int IdOf(string token) => vocabulary.TryGetValue(token, out var id) ? id
            : throw new InputException($"{path}: no line {token}; expected a BERT vocabulary, one token a line.");
        var pieces = new WordPiece(
            vocabulary,
            IdOf("[UNK]"),
            settings.Flag("do_lower_case", true),
            settings.OptionalFlag("strip_accents"),
            settings.Flag("tokenize_chinese_chars", true));
        return new(pieces.Encode, new()
        {
            Before = [IdOf("[CLS]")],
            After = [IdOf("[SEP]")],
            MaxLength = settings.Context(BertContext, special: 2),
            PadId = IdOf("[PAD]"),
            VocabularySize = lines,
            TokenOf = TokensById(vocabulary),
        });
    }

    private static Func<int, string> TokensById(Dictionary<string, int> vocabulary)
    {
        var tokens = new Dictionary<int, string>();
        foreach (var (token, id) in vocabulary)
        {
            tokens.TryAdd(id, token);
        }

        return id => tokens.GetValueOrDefault(id, "");
    }

    private static Dictionary<string, int> ReadVocabulary(string path)
    {
        using var json = ConfigJson.Read(path);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in json.Root.EnumerateObject())
        {
            vocabulary[entry.Name] = entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt32(out var id) && id >= 0
                ? id
                : throw json.Error(entry.Name, entry.Value.GetRawText(), "a token id");
        }

        return vocabulary;
    }

    private static IEnumerable<string> ReadMerges(string path) =>
        File.ReadLines(path).Where((line, i) => line.Length > 0 && !(i == 0 && line.StartsWith("#version", StringComparison.Ordinal)));
}
