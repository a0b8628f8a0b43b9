
namespace EmbedKit.Tokenizers.Tests;

/// <summary>Which file wins, and what the configs beside it change.</summary>
public sealed class TokenizerConfigTests : IDisposable
{
    private const string Json =
        """
        {"added_tokens":[{"id":3,"content":"<eos>","special":true}],
         "truncation":{"max_length":5,"direction":"Left"},
         "padding":{"strategy":{"Fixed":5},"direction":"Left","pad_id":2},
         "post_processor":{"type":"TemplateProcessing",
           "single":[{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"<eos>"}}],"special_tokens":{"<eos>":{"ids":[3]}}},
         "model":{"type":"BPE","vocab":{"a":0,"b":1,"c":2},"merges":[]}}
        """;

    private const string NoLimit = """{"model_max_length": 1000000000000000019884624838656}""";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tokenizer_json_wins_then_SentencePiece_then_merges_then_vocabulary_lines()
    {
        TinyTokenizers.WriteBert(_folder, "{}");
        Assert.Equal(12, TokenizerFolder.Read(_folder).VocabularySize);
        var tokens = TinyTokenizers.WriteClip(_folder, "{}");
        Assert.Equal(tokens.Length, TokenizerFolder.Read(_folder).VocabularySize);
        TinyTokenizers.WriteSentencePiece(_folder);
        Assert.Equal(268, TokenizerFolder.Read(_folder).VocabularySize);
        Write("tokenizer.json", Json);
        Assert.Equal(4, TokenizerFolder.Read(_folder).VocabularySize);
    }

    [Fact]
    public void The_files_own_rules_of_cutting_and_filling_hold_where_no_config_speaks()
    {
        Write("tokenizer.json", Json);
        var tokenizer = TokenizerFolder.Read(_folder);
        Assert.Equal((5, 5, true, 2), (tokenizer.MaxLength, tokenizer.FixedLength, tokenizer.PadsLeft, tokenizer.PadId));
        var text = tokenizer.Encode("aabbcc");
        Assert.Equal([0, 1, 1, 2, 2, 3], [0, .. text.Ids]);
        Assert.Equal(2, text.Dropped);
        Assert.Equal([0, 3, 1, 3], tokenizer.Encode("a<eos>b").Ids);

        Write("tokenizer_config.json", """{"model_max_length": 4, "truncation_side": "right", "padding_side": "right", "pad_token": "b"}""");
        tokenizer = TokenizerFolder.Read(_folder);
        Assert.Equal((4, false, 1), (tokenizer.MaxLength, tokenizer.PadsLeft, tokenizer.PadId));
        Assert.Equal([0, 0, 1, 3], tokenizer.Encode("aabbcc").Ids);
    }

    [Theory]
    [InlineData("""{"model_type":"clip"}""", "{}", 77, true)]
    [InlineData("""{"model_type":"siglip"}""", NoLimit, 64, true)]
    [InlineData("""{"model_type":"siglip2","text_config":{"max_position_embeddings":64}}""", "{}", 64, true)]
    [InlineData("""{"model_type":"llama","max_position_embeddings":4096}""", NoLimit, 4096, false)]
    [InlineData("""{"model_type":"bert","max_position_embeddings":512}""", """{"model_max_length": 256}""", 256, false)]
    public void The_models_kind_says_how_long_texts_are(string config, string tokenizerConfig, int maxLength, bool pads)
    {
        Write("tokenizer.json", """{"model":{"type":"BPE","vocab":{"a":0,"A":1},"merges":[]}}""");
        Write("config.json", config);
        Write("tokenizer_config.json", tokenizerConfig);
        var tokenizer = TokenizerFolder.Read(_folder);
        Assert.Equal((maxLength, pads ? maxLength : null), (tokenizer.MaxLength, tokenizer.FixedLength));
        Assert.Equal(config.Contains("siglip2", StringComparison.Ordinal) ? [0] : [1], tokenizer.Encode("A").Ids); // SigLIP 2 lower-cases
    }

    [Theory]
    [InlineData("{}", "{}", 5, 5)]
    [InlineData("""{"model_max_length": 512}""", "{}", 5, 5)]
    [InlineData("""{"model_max_length": 512}""", """{"max_seq_length": 256, "do_lower_case": false}""", 256, null)]
    [InlineData("""{"model_max_length": 128}""", """{"max_seq_length": 256}""", 128, null)]
    [InlineData("{}", """{"max_seq_length": null}""", 5, null)]
    public void Texts_are_filled_up_to_a_length_that_the_model_fixes_and_cut_where_sentence_transformers_cuts(
        string config, string sentence, int context, int? length)
    {
        Write("tokenizer.json", Json);
        Write("tokenizer_config.json", config);
        if (sentence != "{}")
        {
            Write("sentence_bert_config.json", sentence);
        }

        var tokenizer = TokenizerFolder.Read(_folder);
        Assert.Equal((context, length), (tokenizer.MaxLength, tokenizer.FixedLength));
    }

    [Fact]
    public void Sentence_transformers_lower_case_counts()
    {
        Write("tokenizer.json", Json);
        Write("sentence_bert_config.json", """{"max_seq_length": 256, "do_lower_case": true}""");
        Assert.Equal([0, 1, 3], TokenizerFolder.Read(_folder).Encode("AB").Ids);
    }

    [Fact]
    public void An_open_clip_config_fills_every_text_to_its_context()
    {
        TinyTokenizers.WriteBert(_folder, NoLimit);
        Write("open_clip_config.json", """{"model_cfg": {"text_cfg": {"context_length": 256}}}""");
        var tokenizer = TokenizerFolder.Read(_folder);
        Assert.Equal((256, 256), (tokenizer.MaxLength, tokenizer.FixedLength));
    }

    [Fact]
    public void LLaMAs_class_writes_the_frame_anew()
    {
        Write("tokenizer.json", Json);
        Write(
            "tokenizer_config.json",
            """{"tokenizer_class": "LlamaTokenizerFast", "add_bos_token": true, "add_eos_token": false, "bos_token": "b"}""");
        Assert.Equal([1, 0], TokenizerFolder.Read(_folder).Encode("a").Ids);
    }

    [Fact]
    public void Added_tokens_of_the_config_count()
    {
        Write("tokenizer.json", Json);
        Write("tokenizer_config.json", """{"added_tokens_decoder": {"4": {"content": "<pad>", "special": true}}, "pad_token": "<pad>"}""");
        var tokenizer = TokenizerFolder.Read(_folder);
        Assert.Equal((4, 5, "<pad>"), (tokenizer.PadId, tokenizer.VocabularySize, tokenizer.TokenOf(4)));
        Assert.Equal([4, 0, 3], tokenizer.Encode("<pad>a").Ids);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
