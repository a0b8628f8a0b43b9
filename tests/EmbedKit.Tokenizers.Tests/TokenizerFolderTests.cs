using EmbedKit.Tokenizers.SentencePieceFormat;

namespace EmbedKit.Tokenizers.Tests;

public sealed class TokenizerFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void CLIP_merges_words_and_frames_them()
    {
        var tokens = TinyTokenizers.WriteClip(_folder);
        var tokenizer = TokenizerFolder.Read(_folder);
        string[] Pieces(string text) => [.. tokenizer.Encode(text).Ids.Select(i => tokens[i])];
        Assert.Equal(["<|startoftext|>", "lesion</w>", "nevus</w>", "<|endoftext|>"], Pieces("Lesion\n NEVUS"));
        Assert.Equal(["<|startoftext|>", "1</w>", "2</w>", "!", "!</w>", "le", "s</w>", "<|endoftext|>"], Pieces("12!!les"));
        Assert.Equal(["<|startoftext|>", "<|endoftext|>"], Pieces(""));
        Assert.Equal((12, tokens.Length - 1, tokens.Length), (tokenizer.MaxLength, tokenizer.PadId, tokenizer.VocabularySize));
    }

    [Fact]
    public void Ids_are_told_apart_in_the_vocabularys_own_words()
    {
        var tokens = TinyTokenizers.WriteClip(_folder);
        var clip = TokenizerFolder.Read(_folder);
        Assert.Equal(tokens, Enumerable.Range(0, clip.VocabularySize).Select(clip.TokenOf));
        Assert.Throws<ArgumentOutOfRangeException>(() => clip.TokenOf(clip.VocabularySize));

        File.Delete(Path.Combine(_folder, "tokenizer_config.json"));
        TinyTokenizers.WriteSentencePiece(_folder);
        var llama = TokenizerFolder.Read(_folder);
        Assert.Equal(["<s>", "▁", "bc", "ab"], llama.Encode("bcab").Ids.Select(llama.TokenOf));
    }

    [Fact]
    public void A_text_longer_than_the_context_keeps_its_end_token_and_says_how_much_was_cut()
    {
        var tokens = TinyTokenizers.WriteClip(_folder);
        var text = TokenizerFolder.Read(_folder).Encode(string.Join(' ', Enumerable.Repeat("nevus", 15)));
        Assert.Equal((12, tokens.Length - 1, 5), (text.Ids.Length, text.Ids[^1], text.Dropped));
        Assert.All(text.Ids[1..^1], id => Assert.Equal("nevus</w>", tokens[id]));
        Assert.Equal(0, TokenizerFolder.Read(_folder).Encode(string.Join(' ', Enumerable.Repeat("nevus", 10))).Dropped);
    }

    [Fact]
    public void SentencePiece_merges_by_score_leftmost_first_and_falls_back_to_bytes()
    {
        TinyTokenizers.WriteSentencePiece(_folder);
        var tokenizer = TokenizerFolder.Read(_folder);
        const int Ab = 259, Bc = 260, SpaceAb = 261, Aa = 262, Aaa = 263, Space = 264, C = 267;
        Assert.Equal([1, SpaceAb, C], tokenizer.Encode("abc").Ids);
        Assert.Equal([1, Space, Bc, Ab], tokenizer.Encode("bcab").Ids);
        Assert.Equal([1, Space, Aa, Aaa], tokenizer.Encode("aaaaa").Ids);
        Assert.Equal([1, Space, 3 + 0xC3, 3 + 0xA9], tokenizer.Encode("é").Ids);
        Assert.Equal([1], tokenizer.Encode("").Ids);
    }

    [Fact]
    public void The_config_says_whether_begin_and_end_are_added()
    {
        TinyTokenizers.WriteSentencePiece(_folder);
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), """
            {"add_bos_token": false, "add_eos_token": true, "model_max_length": 1000000000000000019884624838656,
             "pad_token": {"content": "</s>"}}
            """);
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{"max_position_embeddings": 3}""");
        var tokenizer = TokenizerFolder.Read(_folder);
        Assert.Equal((3, 2), (tokenizer.MaxLength, tokenizer.PadId));
        Assert.Equal([264, 267, 2], tokenizer.Encode("ccc").Ids);
    }

    [Fact]
    public void WordPiece_takes_the_longest_pieces_and_cleans_the_text()
    {
        TinyTokenizers.WriteBert(_folder);
        var tokenizer = TokenizerFolder.Read(_folder);
        Assert.Equal([2, 5, 6, 7, 9, 3], tokenizer.Encode("Melanoma!").Ids);
        Assert.Equal([2, 8, 8, 8, 3], tokenizer.Encode("café CAFE\u0301 ca\u200Bfe").Ids);
        Assert.Equal([2, 10, 10, 1, 3], tokenizer.Encode("中中 melanomax").Ids);
        Assert.Equal([2, 1, 3], tokenizer.Encode(string.Concat(Enumerable.Repeat("mela", 26))).Ids);
        TinyTokenizers.WriteBert(_folder, """{"do_lower_case": false}""");
        Assert.Equal([2, 11, 6, 3], TokenizerFolder.Read(_folder).Encode("Melano").Ids);
    }

    [Fact]
    public void Special_tokens_written_in_a_text_are_text_unless_the_config_says_otherwise()
    {
        TinyTokenizers.WriteBert(_folder);
        Assert.DoesNotContain(4, TokenizerFolder.Read(_folder).Encode("a [MASK] mela").Ids);
        TinyTokenizers.WriteBert(_folder, """{"split_special_tokens": false}""");
        Assert.Equal([2, 1, 4, 5, 3], TokenizerFolder.Read(_folder).Encode("a [MASK] mela").Ids);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_says_what_was_expected() => AssertError(
        "expected tokenizer.json, or tokenizer.model or spiece.model, or vocab.json and merges.txt, or vocab.txt");

    [Fact]
    public void Half_a_tokenizer_is_an_error()
    {
        TinyTokenizers.WriteClip(_folder);
        File.Delete(Path.Combine(_folder, "merges.txt"));
        AssertError("no merges.txt");
    }

    [Fact]
    public void A_broken_file_is_an_error_that_names_it()
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.model"), "not a protocol buffer at all");
        AssertError("tokenizer.model: not a SentencePiece model");
        File.Delete(Path.Combine(_folder, "tokenizer.model"));
        TinyTokenizers.WriteClip(_folder);
        File.WriteAllText(Path.Combine(_folder, "vocab.json"), """{"a": "b"}""");
        AssertError("vocab.json: 'a' is \"b\"");
        File.WriteAllText(Path.Combine(_folder, "vocab.json"), """{"a": 0}""");
        AssertError("lacks <|startoftext|>");
    }

    [Fact]
    public void What_would_be_tokenized_wrongly_is_refused()
    {
        TinyTokenizers.WriteSentencePiece(_folder, m => m.TrainerSpec.ModelType = TrainerSpec.Types.ModelType.Word);
        AssertError("type Word; expected Bpe or Unigram");
        var map = Google.Protobuf.ByteString.CopyFromUtf8("x");
        TinyTokenizers.WriteSentencePiece(
            _folder, m => (m.NormalizerSpec.Name, m.NormalizerSpec.PrecompiledCharsmap) = ("nmt_nfkc", map));
        AssertError("character map is cut short");
        TinyTokenizers.WriteSentencePiece(_folder, m => m.TrainerSpec.TreatWhitespaceAsSuffix = true);
        AssertError("spaces behind words");
    }

    [Fact]
    public void An_open_clip_config_says_the_context()
    {
        TinyTokenizers.WriteBert(_folder);
        File.WriteAllText(Path.Combine(_folder, "open_clip_config.json"), """{"model_cfg": {"text_cfg": {"context_length": 7} } }""");
        Assert.Equal(7, TokenizerFolder.Read(_folder).MaxLength);
    }

    [Fact]
    public void A_context_without_room_for_text_is_an_error()
    {
        TinyTokenizers.WriteClip(_folder, """{"model_max_length": 2}""");
        AssertError("a context of 2 tokens");
    }

    [Fact]
    public void A_special_token_outside_the_vocabulary_is_an_error()
    {
        TinyTokenizers.WriteClip(_folder, """{"pad_token": "<pad>"}""");
        AssertError("'pad_token' is '<pad>', which the vocabulary lacks");
    }

    private void AssertError(string expected) =>
        Assert.Contains(expected, Assert.Throws<TokenizerException>(() => TokenizerFolder.Read(_folder)).Message, StringComparison.Ordinal);
}
