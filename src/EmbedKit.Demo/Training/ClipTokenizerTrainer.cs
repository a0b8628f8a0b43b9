using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers;
using EmbedKit.Tokenizers.PreTokenizers;

namespace EmbedKit.Demo.Training;

/// <summary>
/// Learns a byte-level BPE vocabulary in CLIP's conventions (Radford et al. 2021): lower case, CLIP's split pattern, <c>&lt;/w&gt;</c> at
/// the end of words, the start and end tokens last; written as Hugging Face's <c>CLIPTokenizer</c> reads it.
/// </summary>
internal sealed class ClipTokenizerTrainer
{
    // In order of their characters, bytes that print come first, as in CLIP's own vocabulary.
    private static readonly string[] Bytes = [.. ByteAlphabet.Characters.Order().Select(c => c.ToString())];

    private ClipTokenizerTrainer(IReadOnlyList<(string Left, string Right)> merges)
    {
        Merges = merges;

        // Two roads may lead to one token ("a"+"bc", "ab"+"c"); it has one id.
        Vocabulary =
            [.. Bytes, .. Bytes.Select(b => b + ClipText.WordEnd), .. merges.Select(m => m.Left + m.Right).Distinct(), ClipText.Start, ClipText.End];
    }

    internal IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>Tokens in order of their ids: bytes, bytes that end a word, merges, start, end.</summary>
    internal IReadOnlyList<string> Vocabulary { get; }

    /// <summary>Learns from texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="vocabularySize">At most this many tokens; at least 514, the bytes and the two special tokens.</param>
    internal static ClipTokenizerTrainer Learn(IEnumerable<string> texts, int vocabularySize)
    {
        var fixedTokens = (2 * Bytes.Length) + 2;
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, fixedTokens);
        var words = texts.SelectMany(ClipText.Words).CountBy(w => w).OrderBy(w => w.Key, StringComparer.Ordinal);
        var pairs = new PairMerges(words.Select(w => (ClipText.Symbols(w.Key), (long)w.Value)));
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
        AtomicFile.WriteText(Path.Combine(folder, "vocab.json"), vocabulary.ToJsonString(JsonStyle.Compact));
        var merges = new StringBuilder("#version: 0.2\n");
        foreach (var (left, right) in Merges)
        {
            merges.Append(CultureInfo.InvariantCulture, $"{left} {right}\n");
        }

        AtomicFile.WriteText(Path.Combine(folder, "merges.txt"), merges.ToString());
        var special = new JsonObject
        {
            ["bos_token"] = ClipText.Start,
            ["eos_token"] = ClipText.End,
            ["unk_token"] = ClipText.End,
            ["pad_token"] = ClipText.End,
        };
        JsonStyle.Write(Path.Combine(folder, "special_tokens_map.json"), special);
        JsonStyle.Write(Path.Combine(folder, "tokenizer_config.json"), new JsonObject
        {
            ["tokenizer_class"] = "CLIPTokenizer",
            ["do_lower_case"] = true,
            ["add_prefix_space"] = false,
            ["model_max_length"] = maxLength,
            ["bos_token"] = ClipText.Start,
            ["eos_token"] = ClipText.End,
            ["unk_token"] = ClipText.End,
            ["pad_token"] = ClipText.End,
            ["errors"] = "replace",
        });
    }
}
