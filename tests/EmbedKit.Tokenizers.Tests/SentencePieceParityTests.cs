using System.Text;
using System.Text.Json;
using EmbedKit.Runtime;
using EmbedKit.Tests;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>Against Google's SentencePiece, live, on texts made of everything that is hard.</summary>
public sealed class SentencePieceParityTests : IDisposable
{
    private static readonly PythonPeer Python = new("sentencepiece", "apt-get install python3-sentencepiece");

    private static readonly string[] Hard =
    [
        "lesion", "Growing ", "a", "aa", "ab", "bc", " ", "  ", "\n", "\t", "0", "42", "!", "!!", "...",
        "é", "e\u0301", "ß", "İ", "Σ", "中文", "日本", "한국", "ไทย", "עברית", "العربية",
        "😀", "👩‍⚕️", "🏽", "\u200b", "\u00a0", "\u3000", "\u0001", "\u007f", "\ufeff",
        "<s>", "</s>", "<0x0A>", "\u2581", "𝐀", "½", "'s", "-", "—",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_real_vocabulary_gives_the_same_ids_on_generated_texts()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "tokenizer.model"), Samples.Find("llama/tokenizer.model"));
        AssertSame(500);
    }

    [Fact]
    public void A_vocabulary_of_our_own_gives_the_same_ids_on_generated_texts()
    {
        TinyTokenizers.WriteSentencePiece(_folder);
        AssertSame(500);
    }

    private void AssertSame(int count)
    {
        var random = new SeededRandom(11);
        var texts = Enumerable.Range(0, count).Select(_ => Generate(random)).Append("").Append(new string('a', 2500)).ToArray();
        var expected = Python.Run(
            Path.Combine(AppContext.BaseDirectory, "Golden", "sentencepiece_reference.py"),
            [Path.Combine(_folder, "tokenizer.model")],
            JsonSerializer.Serialize(texts)).Deserialize<int[][]>()!;
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{"max_position_embeddings": 100000}""");
        var tokenizer = TokenizerFolder.Read(_folder);
        foreach (var (text, ids) in texts.Zip(expected))
        {
            Assert.Equal((text, string.Join(' ', ids)), (text, string.Join(' ', tokenizer.Encode(text).Ids[1..])));
        }
    }

    private static string Generate(SeededRandom random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 30); i > 0; i--)
        {
            text.Append(Hard[random.Next(Hard.Length)]);
        }

        return text.ToString();
    }
}
