using System.IO.Compression;
using System.Text.Json;
using EmbedKit.Tests;
using EmbedKit.Tokenizers.PreTokenizers;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>Token ids that other people's tokenizers gave, on the real vocabularies.</summary>
public sealed class RealVocabularyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void CLIP_gives_the_published_ids()
    {
        WriteClip(_folder.FullName);
        var tokenizer = TokenizerFolder.Read(_folder.FullName);
        Assert.Equal((77, 49407, 77, 49408), (tokenizer.MaxLength, tokenizer.PadId, tokenizer.FixedLength, tokenizer.VocabularySize));
        AssertSame("clip/clip_token_vectors.json", t => tokenizer.Encode(t).Ids);
    }

    [Fact]
    public void LLaMA_gives_the_published_ids()
    {
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "tokenizer.model"), Samples.Find("llama/tokenizer.model"));
        var tokenizer = TokenizerFolder.Read(_folder.FullName);
        Assert.Equal((32000, null), (tokenizer.VocabularySize, tokenizer.FixedLength));
        AssertSame("llama/llama_token_vectors.json", t =>
        {
            var ids = tokenizer.Encode(t).Ids;
            Assert.Equal(1, ids[0]);
            return ids[1..];
        });
    }

    [Fact]
    public void BERT_gives_the_published_ids()
    {
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "vocab.txt"), Samples.Find("bert/vocab.txt"));
        var tokenizer = TokenizerFolder.Read(_folder.FullName);
        Assert.Equal((512, 0, 30522), (tokenizer.MaxLength, tokenizer.PadId, tokenizer.VocabularySize));
        AssertSame("bert/bert_token_vectors.json", t =>
        {
            var ids = tokenizer.Encode(t).Ids;
            Assert.Equal((101, 102), (ids[0], ids[^1]));
            return ids[1..^1];
        });
    }

    /// <summary>Hugging Face's two files from OpenAI's one: bytes, bytes that end a word, merges, start and end.</summary>
    internal static void WriteClip(string folder)
    {
        using var packed = File.OpenRead(Samples.Find("clip/bpe_simple_vocab_16e6.txt.gz"));
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var merges = reader.ReadToEnd().Split('\n')[1..48895];
        var bytes = Enumerable.Range(0, 256).Select(b => ByteAlphabet.Characters[b].ToString()).OrderBy(c => c[0] >= 256).ThenBy(c => c[0]).ToArray();
        var whole = merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal));
        string[] tokens = [.. bytes, .. bytes.Select(b => b + "</w>"), .. whole, "<|startoftext|>", "<|endoftext|>"];
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(tokens.Index().ToDictionary(t => t.Item, t => t.Index)));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), merges.Prepend("#version: 0.2"));
    }

    private static void AssertSame(string vectors, Func<string, int[]> encode)
    {
        var cases = JsonDocument.Parse(File.ReadAllText(Samples.Find(vectors))).RootElement.EnumerateArray().ToArray();
        Assert.NotEmpty(cases);
        foreach (var one in cases)
        {
            var text = one.GetProperty("text").GetString()!;
            Assert.Equal((text, string.Join(' ', one.GetProperty("ids").EnumerateArray())), (text, string.Join(' ', encode(text))));
        }
    }
}
