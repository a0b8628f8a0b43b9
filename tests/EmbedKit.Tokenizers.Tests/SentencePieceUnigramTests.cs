using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedKit.Tests;
using EmbedKit.Tokenizers.SentencePieceFormat;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>Unigram models that Google's SentencePiece trains here, with the character map of T5 and SigLIP, against its own ids.</summary>
public sealed class SentencePieceUnigramTests(SentencePieceUnigramTests.TrainedModels models)
    : IClassFixture<SentencePieceUnigramTests.TrainedModels>, IDisposable
{
    private static readonly PythonPeer Python = new("sentencepiece", "apt-get install python3-sentencepiece");
    private static readonly string[] Texts = HardTexts.Make(2000);
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("plain", "T5Tokenizer")]
    [InlineData("siglip", "SiglipTokenizer")]
    public void A_model_file_gives_the_same_ids(string model, string tokenizerClass)
    {
        var expected = models.Train().GetProperty(model).Deserialize<int[][]>()!;
        File.Copy(Path.Combine(models.Folder, model + ".model"), Path.Combine(_folder, "spiece.model"));
        File.WriteAllText(
            Path.Combine(_folder, "tokenizer_config.json"), $$"""{"tokenizer_class": "{{tokenizerClass}}", "model_max_length": 100000}""");
        var tokenizer = TokenizerFolder.Read(_folder);
        foreach (var (text, ids) in Texts.Zip(expected))
        {
            Assert.Equal((text, string.Join(' ', [.. ids, 2])), (text, string.Join(' ', tokenizer.Encode(text).Ids)));
        }
    }

    [Fact]
    public void Its_tokenizer_json_gives_the_ids_of_Hugging_Face()
    {
        _ = models.Train();
        var proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(models.Folder, "plain.model")));
        var json = TokenizerJsonFiles.UnigramOf(
            proto.Pieces.Select(p => (p.Piece, (double)p.Score)),
            unknown: 0,
            end: 2,
            new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = proto.NormalizerSpec.PrecompiledCharsmap.ToBase64() },
            TokenizerJsonParts.Parse("""
                {"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","add_prefix_space":true}]}
                """));
        RustComparison.AssertSame(_folder, new() { ["t5"] = json }, Texts);
    }

    /// <summary>The models, trained once.</summary>
    public sealed class TrainedModels : IDisposable
    {
        private readonly Lock _once = new();
        private JsonElement? _ids;

        internal string Folder { get; } = Directory.CreateTempSubdirectory().FullName;

        public void Dispose() => Directory.Delete(Folder, recursive: true);

        /// <summary>The ids of <see cref="Texts"/> by each model.</summary>
        internal JsonElement Train()
        {
            lock (_once)
            {
                var corpus = Texts.Where(t => t.Length is > 0 and < 1000 && !t.Contains('\0', StringComparison.Ordinal));
                return _ids ??= Python.Run(
                    Path.Combine(AppContext.BaseDirectory, "Golden", "sentencepiece_unigram.py"),
                    [Folder],
                    JsonSerializer.Serialize(new { corpus, texts = Texts }));
            }
        }
    }
}
