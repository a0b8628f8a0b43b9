using EmbedKit.Tests;
using EmbedKit.Tokenizers.SentencePieceFormat;
using PieceType = EmbedKit.Tokenizers.SentencePieceFormat.ModelProto.Types.SentencePiece.Types.Type;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>Damaged tokenizer files are read or refused in one line; nothing else happens.</summary>
[Trait("Tier", "slow")]
public sealed class TokenizerFuzzTests : IDisposable
{
    private const string Pipeline =
        """
        {"added_tokens":[{"id":4,"content":"<eos>","special":true,"lstrip":true}],
        "truncation":{"max_length":9,"direction":"Left"},"padding":{"strategy":{"Fixed":9},"pad_id":2},
        "normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Lowercase"},
        {"type":"Replace","pattern":{"Regex":"[ x]+"},"content":" "},{"type":"Prepend","prepend":"_"},{"type":"Strip"}]},
        "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\s+|[^\\w]"},"behavior":"Isolated"},
        {"type":"Metaspace","replacement":"_","prepend_scheme":"never"},{"type":"Digits"}]},
        "post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"<eos>"}}],
        "special_tokens":{"<eos>":{"ids":[4]}}},
        "model":
        """;

    private const string BytePairs =
        """{"type":"BPE","unk_token":"c","fuse_unk":true,"vocab":{"a":0,"b":1,"c":2,"ab":3},"merges":["a b"],"continuing_subword_prefix":""} }""";
    private const string Unigram = """{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["a",-1.5],["ab",-2.25],["b",-1e1]]} }""";
    private const string WordPiece =
        """{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1,"##b":2,"b":3},"max_input_chars_per_word":20} }""";
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(BytePairs)]
    [InlineData(Unigram)]
    [InlineData(WordPiece)]
    public void Tokenizer_json(string model)
    {
        var files = Fuzz.Mutations(Pipeline + model, seed: 1, 1500).Concat(Fuzz.Mutations(model, 2, 500).Select(m => Pipeline + m));
        Assert.InRange(Fuzz.Refused(typeof(TokenizerException), files, text => Encode("tokenizer.json", text)), 100, 1999);
    }

    [Theory]
    [InlineData(false, "LlamaTokenizer")]
    [InlineData(true, "T5Tokenizer")]
    [InlineData(true, "SiglipTokenizer")]
    public void SentencePiece(bool unigram, string tokenizer)
    {
        TinyTokenizers.WriteSentencePiece(_folder, m =>
        {
            m.TrainerSpec.ModelType = unigram ? TrainerSpec.Types.ModelType.Unigram : TrainerSpec.Types.ModelType.Bpe;
            m.Pieces[^1].Type = PieceType.UserDefined;
        });
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), $$"""{"tokenizer_class": "{{tokenizer}}"}""");
        var path = Path.Combine(_folder, "tokenizer.model");
        var whole = File.ReadAllBytes(path);
        var files = Fuzz.Mutations(whole, seed: 3, 1000);
        Assert.InRange(Fuzz.Refused(typeof(TokenizerException), files, file => Encode("tokenizer.model", file)), 50, 999);
    }

    [Theory]
    [InlineData(
        "tokenizer_config.json",
        """
        {"tokenizer_class": "CLIPTokenizer", "model_max_length": 12, "pad_token": {"content": "a", "lstrip": false}, "padding_side": "left",
         "added_tokens_decoder": {"99": {"content": "<x>"}}}
        """)]
    [InlineData("config.json", """{"model_type": "clip", "text_config": {"max_position_embeddings": 77}, "max_position_embeddings": 12}""")]
    [InlineData("sentence_bert_config.json", """{"max_seq_length": 256, "do_lower_case": false}""")]
    [InlineData("merges.txt", "#version: 0.2\nl e\nle s\nles i\n")]
    public void Files_beside_it(string file, string text)
    {
        TinyTokenizers.WriteClip(_folder);
        Assert.InRange(Fuzz.Refused(typeof(TokenizerException), Fuzz.Mutations(text, seed: 4, 500), copy => Encode(file, copy)), 50, 499);
    }

    private void Encode(string file, string text) => Encode(file, System.Text.Encoding.UTF8.GetBytes(text));

    private void Encode(string file, byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(_folder, file), bytes);
        var tokenizer = TokenizerFolder.Read(_folder);
        foreach (var text in (string[])["", "ab a b  c x1 ｱé 中<eos>", "lesion nevus 😀\ud800 \u0301"])
        {
            Assert.All(tokenizer.Encode(text).Ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
        }
    }
}
