using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>Compares our ids with those of Hugging Face's Rust library, from which nothing may differ.</summary>
internal static class RustComparison
{
    /// <summary>Writes each tokenizer into a folder of its own, encodes the texts on both sides, and compares.</summary>
    /// <param name="folder">Where the folders are made.</param>
    /// <param name="tokenizers">Contents of a <c>tokenizer.json</c> by name.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="change">What makes the library's file of ours, where they are not the same; null where they are.</param>
    internal static void AssertSame(string folder, Dictionary<string, JsonObject> tokenizers, string[] texts, Action<JsonObject>? change = null)
    {
        var differences = new List<string>();
        foreach (var (name, json) in tokenizers)
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            File.WriteAllText(Path.Combine(own, "tokenizer.json"), json.ToJsonString());
            var tokenizer = TokenizerFolder.Read(own);
            change?.Invoke(json);
            var file = Path.Combine(own, "rust.json");
            File.WriteAllText(file, json.ToJsonString());
            string Pieces(int[] ids) => string.Join('|', ids.Take(60).Select(id => id < tokenizer.VocabularySize ? tokenizer.TokenOf(id) : $"?{id}"));
            foreach (var (text, expected) in texts.Zip(RustTokenizers.Encode(file, texts)))
            {
                var ours = Filled(tokenizer, tokenizer.Encode(text).Ids);
                if (!ours.AsSpan().SequenceEqual(expected))
                {
                    differences.Add($"{name} {JsonSerializer.Serialize(text)}\n  ours {Pieces(ours)}\n  rust {Pieces(expected)}");
                }
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences\n{string.Join('\n', differences.OrderBy(d => d.Length).Take(40))}");
    }

    /// <summary>Ids filled up to the tokenizer's fixed length, where it has one.</summary>
    private static int[] Filled(TextTokenizer tokenizer, int[] ids)
    {
        var filling = Enumerable.Repeat(tokenizer.PadId, Math.Max(0, (tokenizer.FixedLength ?? 0) - ids.Length));
        return tokenizer.PadsLeft ? [.. filling, .. ids] : [.. ids, .. filling];
    }
}
