using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.Json;
using EmbedKit.Tokenizers.Models;
using EmbedKit.Tokenizers.SentencePiece;

namespace EmbedKit.Tokenizers;

/// <summary>Reads the tokenizer of a model folder from whichever files it holds.</summary>
public static class TokenizerFolder
{
    private static readonly string[] SentencePieceFiles = ["tokenizer.model", "spiece.model"];
    private const string MergesFile = "merges.txt";
    private const string VocabularyJson = "vocab.json";
    private const string VocabularyText = "vocab.txt";

    /// <summary>
    /// Reads the first that is there of <c>tokenizer.json</c>, <c>tokenizer.model</c> or <c>spiece.model</c> (SentencePiece),
    /// <c>vocab.json</c> with <c>merges.txt</c> (CLIP, GPT-2), and <c>vocab.txt</c> (WordPiece). <c>tokenizer_config.json</c>,
    /// <c>special_tokens_map.json</c>, <c>config.json</c> and <c>open_clip_config.json</c>, where present, say the context, the special
    /// tokens, the sides of cutting and filling.
    /// </summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="TokenizerException">No tokenizer, a file that is missing or broken, or a kind this kit does not read.</exception>
    public static TextTokenizer Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string At(string file) => Path.Combine(folder, file);
        using var settings = TokenizerSettings.Read(folder);
        if (File.Exists(At(TokenizerJson.File)))
        {
            return FromJson(TokenizerJson.Read(At(TokenizerJson.File), settings), settings);
        }

        if (Array.Find(SentencePieceFiles, f => File.Exists(At(f))) is { } model)
        {
            return SentencePieceTokenizers.Make(SentencePieceFile.Read(At(model)), settings);
        }

        if (File.Exists(At(VocabularyJson)) || File.Exists(At(MergesFile)))
        {
            return FromMerges(At(VocabularyJson), At(MergesFile), settings);
        }

        return File.Exists(At(VocabularyText)) ? WordPieceTokenizers.Make(ReadLines(At(VocabularyText)), settings)
            : throw new TokenizerException(
                $"{folder}: no tokenizer; expected tokenizer.json, or tokenizer.model or spiece.model, or vocab.json and merges.txt, or vocab.txt.");
    }

    private static TextTokenizer FromJson(TokenizerJson json, TokenizerSettings settings)
    {
        var family = settings.Family ?? TokenizerFamily.Unknown;
        var frame = json.Frame;
        if (settings.Class is "LlamaTokenizer" or "GemmaTokenizer" or "CodeLlamaTokenizer" or "Siglip2Tokenizer"
            && (settings.Tokenizer!.Has("add_bos_token") || settings.Tokenizer.Has("add_eos_token")))
        {
            // These classes write the frame anew from their config.
            var (begin, end) = settings.BeginAndEnd(json.Pipeline.IdOf, null, null);
            frame = new(begin is { } b ? [b] : [], end is { } e ? [e] : []);
        }

        return settings.Frame(json.Pipeline, family, frame, json.PadId, json);
    }

    private static TextTokenizer FromMerges(string vocabularyFile, string mergesFile, TokenizerSettings settings)
    {
        foreach (var needed in new[] { vocabularyFile, mergesFile }.Where(f => !File.Exists(f)))
        {
            throw new TokenizerException($"{settings.Folder}: no {Path.GetFileName(needed)}; expected vocab.json and merges.txt beside each other.");
        }

        using var json = ConfigJson.Read(vocabularyFile);
        return MergesTokenizers.Make(new(TokenModelJson.Ids(json, json.Root), vocabularyFile), ReadMerges(mergesFile), mergesFile, settings);
    }

    private static Vocabulary ReadLines(string path) => new(Lines(path).Select((token, id) => (token, id)), path);

    private static IEnumerable<string> Lines(string path)
    {
        using var lines = new StringReader(WholeFile.ReadText(path, "a text file, one token or merge a line"));
        while (lines.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static IEnumerable<(string Left, string Right)> ReadMerges(string path)
    {
        var row = 0;
        foreach (var line in Lines(path))
        {
            row++;
            if (line.Length > 0 && !(row == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                yield return line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right)
                    : throw new TokenizerException($"{path} row {row}: '{line}'; expected two tokens with one space between.");
            }
        }
    }
}
