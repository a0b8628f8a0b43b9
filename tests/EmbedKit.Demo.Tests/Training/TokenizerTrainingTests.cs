using System.Text;
using System.Text.Json;
using EmbedKit.Demo.Training;
using Microsoft.ML.Tokenizers;

namespace EmbedKit.Demo.Tests.Training;

/// <summary>Learned tokenizers are read back by Microsoft.ML.Tokenizers, an implementation that is not ours.</summary>
public class TokenizerTrainingTests
{
    private static readonly string[] Corpus =
    [
        "A man aged 45 shows a spot on the back. It looks brown and round.",
        "A woman aged 32 shows a spot on the face. It looks red and uneven.",
        "Spot on the back of a man, 61 years. A brown mark, round.",
    ];

    public static TheoryData<string> Texts => new(
        "A brown spot on the back", "unseen wörds: naïve café", "emoji 🦙 and 你好", "numbers 1234 and 5", "it's the man's", "", " two  spaces ",
        "tab\there");

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_learned_SentencePiece_model_loads_and_round_trips(string text)
    {
        using var stream = new MemoryStream(SentencePieceTrainer.Learn(Corpus, 400));
        var tokenizer = LlamaTokenizer.Create(stream, addBeginOfSentence: true, addEndOfSentence: false);

        var ids = tokenizer.EncodeToIds(text);
        Assert.All(ids, id => Assert.InRange(id, 1, 399));
        Assert.Equal(text, tokenizer.Decode(ids.Where(i => i != tokenizer.BeginningOfSentenceId)) ?? "");
        Assert.Equal((0, 1, 2), (tokenizer.UnknownId, tokenizer.BeginningOfSentenceId, tokenizer.EndOfSentenceId));
    }

    [Fact]
    public void Frequent_words_become_single_pieces_and_unknown_characters_become_bytes()
    {
        using var stream = new MemoryStream(SentencePieceTrainer.Learn(Corpus, 400));
        var tokenizer = LlamaTokenizer.Create(stream, addBeginOfSentence: false);

        Assert.Equal(["▁spot", "▁on", "▁the", "▁back"], tokenizer.EncodeToTokens("spot on the back", out _).Select(t => t.Value));
        Assert.Equal(["▁", "<0xF0>", "<0x9F>", "<0xA6>", "<0x99>"], tokenizer.EncodeToTokens("🦙", out _).Select(t => t.Value));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_learned_CLIP_vocabulary_spells_any_text(string text)
    {
        var trained = ClipTokenizerTrainer.Learn(Corpus, 600);
        var tokenizer = Load(trained);

        var ids = tokenizer.EncodeToIds(text);
        Assert.Equal(Spelled(text), Unspell(string.Concat(ids.Select(i => trained.Vocabulary[i]))));
        Assert.Equal(trained.Vocabulary.Count - 1, trained.Vocabulary.ToList().IndexOf("<|endoftext|>"));
    }

    [Fact]
    public void CLIP_files_hold_what_was_learned()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var trained = ClipTokenizerTrainer.Learn(Corpus, 600);
            trained.Save(folder, 77);

            var vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(Path.Combine(folder, "vocab.json")))!;
            Assert.Equal(trained.Vocabulary, vocabulary.OrderBy(v => v.Value).Select(v => v.Key));
            Assert.Contains("spot</w>", vocabulary.Keys);
            var merges = File.ReadAllLines(Path.Combine(folder, "merges.txt"));
            Assert.Equal("#version: 0.2", merges[0]);
            Assert.Equal(trained.Merges.Select(m => $"{m.Left} {m.Right}"), merges.Skip(1));
            Assert.Equal(
                77,
                JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer_config.json"))).RootElement.GetProperty("model_max_length")
                    .GetInt32());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Learning_twice_gives_the_same_bytes()
    {
        Assert.Equal(SentencePieceTrainer.Learn(Corpus, 400), SentencePieceTrainer.Learn(Corpus, 400));
        Assert.Equal(ClipTokenizerTrainer.Learn(Corpus, 600).Merges, ClipTokenizerTrainer.Learn(Corpus, 600).Merges);
    }

    [Fact]
    public void A_vocabulary_too_small_for_bytes_and_characters_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SentencePieceTrainer.Learn(Corpus, 260));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClipTokenizerTrainer.Learn(Corpus, 500));
    }

    private static BpeTokenizer Load(ClipTokenizerTrainer trained) => BpeTokenizer.Create(
        new BpeOptions(trained.Vocabulary.Select((token, id) => KeyValuePair.Create(token, id)))
        {
            Merges = trained.Merges.Select(m => $"{m.Left} {m.Right}"),
            ByteLevel = true,
            EndOfWordSuffix = "</w>",
            Normalizer = new LowerCaseNormalizer(),
            PreTokenizer = new RegexPreTokenizer(
                new(@"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), null),
        });

    private static string Spelled(string text) => string.Concat(text.ToLowerInvariant().Where(c => !char.IsWhiteSpace(c)));

    /// <summary>Undoes CLIP's spelling of bytes, by a table written down independently of the trainer.</summary>
    private static string Unspell(string tokens)
    {
        var bytes = new Dictionary<char, byte>();
        var next = 256;
        for (var b = 0; b < 256; b++)
        {
            var prints = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
            bytes[prints ? (char)b : (char)next++] = (byte)b;
        }

        return Encoding.UTF8.GetString([.. tokens.Replace("</w>", "", StringComparison.Ordinal).Select(c => bytes[c])]);
    }
}
