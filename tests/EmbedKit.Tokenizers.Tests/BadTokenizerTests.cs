using System.Text;
using System.Text.Json.Nodes;
using EmbedKit.Tokenizers.Files;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>What cannot be read exactly is refused in one line that names the file.</summary>
public sealed class BadTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{\n\"a\": [1,", "line 2: not JSON this kit reads (it is cut short); expected a JSON object, each key once.")]
    [InlineData("{\"a\": x}", "line 1: not JSON this kit reads ('x' is an invalid start of a value); expected a JSON object, each key once.")]
    [InlineData("\uFEFF{}", "is UTF-16; expected a JSON object in UTF-8.", true)]
    public void What_is_no_JSON_is_said_in_plain_words(string json, string expected, bool isUtf16 = false)
    {
        var path = Path.Combine(_folder, "tokenizer.json");
        foreach (var encoding in (Encoding[])(isUtf16 ? [Encoding.Unicode, Encoding.BigEndianUnicode] : [new UTF8Encoding()]))
        {
            File.WriteAllBytes(path, encoding.GetBytes(json));
            Assert.EndsWith(expected, Assert.Throws<TokenizerException>(() => ConfigJson.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("normalizer", """{"type":"Nmt"}""", "'normalizer' is of type 'Nmt'")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"AAQAAAEC"}""", "character map is cut short")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"?"}""", "not base64")]
    [InlineData("pre_tokenizer", """{"type":"UnicodeScripts"}""", "'pre_tokenizer' is of type 'UnicodeScripts'")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"a("},"behavior":"Isolated"}""", "not a regular expression")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"[a&&[b]]"},"behavior":"Isolated"}""", "an intersection of classes")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"\\p{Han}+"},"behavior":"Isolated"}""", "the property 'Han'")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"\\bword"},"behavior":"Isolated"}""", @"uses \b")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"a"},"behavior":"Sometimes"}""", "'behavior' is 'Sometimes'")]
    [InlineData("post_processor", """{"type":"Other"}""", "'post_processor' is of type 'Other'")]
    [InlineData(
        "post_processor",
        """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[X]"}},{"Sequence":{"id":"A"}}],"special_tokens":{}}""",
        "without ids for '[X]'")]
    [InlineData("model", """{"type":"WordLevel","vocab":{"a":0}}""", "'model' is of type 'WordLevel'")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}""", "id 0 is given to 'a' and to 'b'")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]}""", "each key once")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":2147483647},"merges":[]}""", "'a' is 2147483647")]
    [InlineData("model", """{"type":"Unigram","vocab":[["a",1e999]],"unk_id":0}""", "a piece and its score there")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":"b"},"merges":[]}""", "'a' is \"b\"")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":["a b"]}""", "merge 1, 'a b', needs the token 'b'")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}""", "needs the token 'ab'")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":["a"]}""", "two tokens there")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":[],"dropout":0.1}""", "'dropout' is not 0")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":[],"unk_token":"?"}""", "no token '?'")]
    [InlineData("model", """{"type":"Unigram","vocab":[["a",0]],"unk_id":1}""", "'unk_id' is 1")]
    [InlineData("model", """{"type":"Unigram","vocab":[["a","b"]],"unk_id":0}""", "a piece and its score there")]
    [InlineData("added_tokens", """[{"id":1,"content":"a"}]""", "added token 'a' has id 1")]
    [InlineData("added_tokens", """[{"id":0,"content":"x"}]""", "which belongs to 'a'")]
    public void A_component_that_cannot_be_read_is_named(string key, string value, string expected)
    {
        var text = Minimal().ToJsonString();
        var parts = Minimal();
        text = text.Replace($"\"{key}\":{parts[key]?.ToJsonString() ?? "null"}", $"\"{key}\":{value}", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), text);
        AssertError(expected);
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "'model' is missing")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"\ud800":0},"merges":[]}}""", "no Unicode")]
    public void A_broken_file_is_named(string text, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), text);
        AssertError(expected);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), string.Concat(Enumerable.Repeat("""{"normalizer":""", 5000)));
        AssertError("not JSON");
    }

    [Fact]
    public void A_pattern_that_never_ends_is_stopped()
    {
        var json = Minimal();
        json["pre_tokenizer"] = JsonNode.Parse("""{"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated"}""");
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), json.ToJsonString());
        var tokenizer = TokenizerFolder.Read(_folder);
        var error = Assert.Throws<TokenizerException>(() => tokenizer.Encode(new string('a', 60) + "b"));
        Assert.Contains("(a+)+$", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"String":"a"}""", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("""{"Regex":"a|$"}""", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Replacements_that_grow_upon_each_other_are_stopped(string pattern, string content)
    {
        var json = Minimal();
        var step = $$"""{"type":"Replace","pattern":{{pattern}},"content":"{{content}}"}""";
        json["normalizer"] = JsonNode.Parse($$"""{"type":"Sequence","normalizers":[{{string.Join(',', Enumerable.Repeat(step, 6))}}]}""");
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), json.ToJsonString());
        var tokenizer = TokenizerFolder.Read(_folder);
        var error = Assert.Throws<TokenizerException>(() => tokenizer.Encode(new string('a', 100)));
        Assert.StartsWith(_folder, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("continuing_subword_prefix")]
    [InlineData("end_of_word_suffix")]
    public void What_is_put_around_every_character_is_short(string key)
    {
        var json = Minimal();
        json["model"]![key] = new string('x', 5_000_000);
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), json.ToJsonString());
        AssertError("5000000 characters long");
    }

    [Fact]
    public void A_sentencepiece_model_without_its_specs_is_refused()
    {
        TinyTokenizers.WriteSentencePiece(_folder, m => m.TrainerSpec = null);
        AssertError("lacks pieces, a trainer_spec or a normalizer_spec");
        TinyTokenizers.WriteSentencePiece(_folder, m => m.NormalizerSpec = null);
        AssertError("lacks pieces, a trainer_spec or a normalizer_spec");
        TinyTokenizers.WriteSentencePiece(_folder, m => m.Pieces[^1].Piece = m.Pieces[^2].Piece);
        AssertError("appears twice");
    }

    private static JsonObject Minimal() => (JsonObject)JsonNode.Parse(
        """
        {"added_tokens":[],"normalizer":null,"pre_tokenizer":null,"post_processor":null,
         "model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}}
        """)!;

    private void AssertError(string expected)
    {
        var error = Assert.Throws<TokenizerException>(() => TokenizerFolder.Read(_folder));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
