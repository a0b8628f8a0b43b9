using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>
/// Compares our ids with those of Hugging Face's two libraries. The Rust one is the reference, and nothing may differ from it. Where the
/// JavaScript one differs from Rust, ours must be Rust's, and the reason must be one of those listed.
/// </summary>
internal static class PeerComparison
{
    /// <summary>Writes each tokenizer into a folder of its own, encodes the texts on all sides, and compares.</summary>
    internal static void AssertSame(
        string folder, Dictionary<string, JsonObject> tokenizers, string[] texts, ITestOutputHelper output, Func<string, string, string?>? javaScriptDiffers = null, bool withJavaScript = true)
    {
        foreach (var (name, json) in tokenizers)
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, "tokenizer.json"), json.ToJsonString());
        }

        var peers = HuggingFacePeer.Run([.. tokenizers.Keys.Select(n => Path.Combine(folder, n, "tokenizer.json"))], texts);
        var unexplained = new List<string>();
        foreach (var (name, (rust, javaScript)) in tokenizers.Keys.Zip(peers.Values))
        {
            var tokenizer = TokenizerFolder.Read(Path.Combine(folder, name));
            string Pieces(int[] ids) => string.Join('|', ids.Take(60).Select(id => id < tokenizer.VocabularySize ? tokenizer.TokenOf(id) : $"?{id}"));
            var (same, reasons) = (0, new SortedDictionary<string, int>());
            for (var i = 0; i < texts.Length; i++)
            {
                var ours = tokenizer.Encode(texts[i]).Ids;
                if (!ours.AsSpan().SequenceEqual(rust[i]))
                {
                    unexplained.Add($"{name} {JsonSerializer.Serialize(texts[i])}\n  ours       {Pieces(ours)}\n  rust       {Pieces(rust[i])}");
                }

                if (!withJavaScript || javaScript is null || ours.AsSpan().SequenceEqual(javaScript[i]))
                {
                    same++;
                }
                else if (javaScriptDiffers?.Invoke(name, texts[i]) is { } reason)
                {
                    reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
                }
                else
                {
                    unexplained.Add($"{name} {JsonSerializer.Serialize(texts[i])}\n  ours       {Pieces(ours)}\n  javascript {Pieces(javaScript[i])}");
                }
            }

            output.WriteLine($"{name}: {texts.Length} texts as Rust; {(javaScript is null || !withJavaScript ? "JavaScript not asked" : $"{same} as JavaScript")}{string.Concat(reasons.Select(r => $"; {r.Value} differ: {r.Key}"))}");
        }

        Assert.True(unexplained.Count == 0, $"{unexplained.Count} differences\n{string.Join('\n', unexplained.OrderBy(u => u.Length).Take(40))}");
    }
}
