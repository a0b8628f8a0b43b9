using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Training;

/// <summary>
/// Learns a byte-level BPE vocabulary in CLIP's conventions (Radford et al. 2021): lower case, CLIP's split pattern, <c>&lt;/w&gt;</c> at
/// the end of words, the start and end tokens last; written as Hugging Face's <c>CLIPTokenizer</c> reads it.
/// </summary>
internal sealed partial class ClipTokenizerTrainer
{
    internal const string Start = "<|startoftext|>";
    internal const string End = "<|endoftext|>";
    private const string EndOfWord = "</w>";
    private static readonly string[] ByteSymbols = MapBytes();

    private ClipTokenizerTrainer(IReadOnlyList<(string Left, string Right)> merges)
    {
        Merges = merges;

        // Two roads may lead to one token ("a"+"bc", "ab"+"c"); it has one id.
        Vocabulary = [.. ByteSymbols, .. ByteSymbols.Select(s => s + EndOfWord), .. merges.Select(m => m.Left + m.Right).Distinct(), Start, End];
    }

    internal IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>Tokens in order of their ids: bytes, bytes that end a word, merges, start, end.</summary>
    internal IReadOnlyList<string> Vocabulary { get; }

    /// <summary>Learns from texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="vocabularySize">At most this many tokens; at least 514, the bytes and the two special tokens.</param>
    internal static ClipTokenizerTrainer Learn(IEnumerable<string> texts, int vocabularySize)
    {
        var fixedTokens = (2 * ByteSymbols.Length) + 2;
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, fixedTokens);
        var words = texts.SelectMany(t => Words().Matches(t.ToLowerInvariant()).Select(m => m.Value)).CountBy(w => w).OrderBy(w => w.Key, StringComparer.Ordinal);
        var pairs = new PairMerges(words.Select(w => (Symbols(w.Key), (long)w.Value)));
        var merges = new List<(string, string)>();
        while (merges.Count < vocabularySize - fixedTokens && pairs.Next() is { } merge)
        {
            merges.Add(merge);
        }

        return new(merges);
    }

    /// <summary>Writes vocab.json, merges.txt, tokenizer_config.json and special_tokens_map.json.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="maxLength">Most tokens of a text, start and end included.</param>
    internal void Save(string folder, int maxLength)
    {
        var vocabulary = new JsonObject(Vocabulary.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)JsonValue.Create(id))));
        AtomicFile.WriteText(Path.Combine(folder, "vocab.json"), vocabulary.ToJsonString(ModelJson.Compact));
        var merges = new StringBuilder("#version: 0.2\n");
        foreach (var (left, right) in Merges)
        {
            merges.Append(CultureInfo.InvariantCulture, $"{left} {right}\n");
        }

        AtomicFile.WriteText(Path.Combine(folder, "merges.txt"), merges.ToString());
        var special = new JsonObject { ["bos_token"] = Start, ["eos_token"] = End, ["unk_token"] = End, ["pad_token"] = End };
        ModelJson.Write(Path.Combine(folder, "special_tokens_map.json"), special);
        ModelJson.Write(Path.Combine(folder, "tokenizer_config.json"), new JsonObject
        {
            ["tokenizer_class"] = "CLIPTokenizer",
            ["do_lower_case"] = true,
            ["add_prefix_space"] = false,
            ["model_max_length"] = maxLength,
            ["bos_token"] = Start,
            ["eos_token"] = End,
            ["unk_token"] = End,
            ["pad_token"] = End,
            ["errors"] = "replace",
        });
    }

    private static IEnumerable<string> Symbols(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        return bytes.Select((b, i) => i < bytes.Length - 1 ? ByteSymbols[ByteOrder[b]] : ByteSymbols[ByteOrder[b]] + EndOfWord);
    }

    /// <summary>Position of each byte in <see cref="ByteSymbols"/>: bytes that print come first, as in GPT-2's table.</summary>
    private static readonly int[] ByteOrder = OrderBytes();

    private static bool Prints(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);

    private static string[] MapBytes()
    {
        var printing = Enumerable.Range(0, 256).Where(Prints).Select(b => ((char)b).ToString());
        var rest = Enumerable.Range(0, 256).Where(b => !Prints(b)).Select((_, i) => ((char)(256 + i)).ToString());
        return [.. printing, .. rest];
    }

    private static int[] OrderBytes()
    {
        var order = new int[256];
        var next = 0;
        foreach (var value in Enumerable.Range(0, 256).Where(Prints).Concat(Enumerable.Range(0, 256).Where(b => !Prints(b))))
        {
            order[value] = next++;
        }

        return order;
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
