using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Text;

/// <summary>What the tokenizers refuse reaches the kit's users as their own kind of error, in the same one line.</summary>
public sealed class ModelTokenizerTests : IDisposable
{
    private const string Json =
        """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated"},"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}}""";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_without_a_tokenizer_is_the_users_to_mend()
    {
        var error = Assert.Throws<InputException>(() => ModelTokenizer.Read(_folder.Path));
        Assert.StartsWith($"{_folder.Path}: no tokenizer; expected tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_a_pattern_that_never_ends()
    {
        File.WriteAllText(_folder["tokenizer.json"], Json);
        var tokenizer = ModelTokenizer.Read(_folder.Path);
        var error = Assert.Throws<InputException>(() => tokenizer.Encode(new string('a', 60) + "b"));
        Assert.Contains("(a+)+$", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_of_more_ids_than_the_model_knows_is_refused()
    {
        File.WriteAllText(_folder["tokenizer.json"], Json);
        File.WriteAllText(_folder["config.json"], """{"model_type":"bert","vocab_size":1}""");
        var error = Assert.Throws<InputException>(() => ModelTokenizer.Read(ModelFolder.Open(_folder.Path)));
        Assert.Contains("the tokenizer has 2 ids", error.Message, StringComparison.Ordinal);
    }
}
