using System.Text.Json;
using EmbedKit.Cli.Commands;
using EmbedKit.Storage;
using EmbedKit.Tests.Embedding;
using EmbedKit.Tests.Embedding.Extraction;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class TextEndpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MiniDataset _data;

    public TextEndpointTests()
    {
        _data = new(_folder.Path);
        TinyModels.WriteDino(_folder["dino"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Texts_are_embedded_by_the_endpoint_once_and_the_file_says_by_which()
    {
        using var server = new LocalServer(Answer);
        var address = new Uri(server.Address, "v1").AbsoluteUri;
        foreach (var output in new[] { "first.parquet", "second.parquet" })
        {
            var outcome = Embed([("EMBEDKIT_API_KEY", "secret")], $"{address}#toy", output);
            Assert.Equal((0, false), (outcome.ExitCode, (outcome.Out + outcome.Error).Contains("secret", StringComparison.Ordinal)));
        }

        // Four texts are different; the second run finds them kept.
        var asked = Assert.Single(server.Requests);
        Assert.Equal(("Bearer secret", 4), (asked.Headers["Authorization"], Texts(asked).Length));
        Assert.Equal(File.ReadAllBytes(_folder["first.parquet"]), File.ReadAllBytes(_folder["second.parquet"]));
        var set = EmbeddingFile.Read(_folder["first.parquet"]);
        Assert.Equal(set.Table["text"].Select(t => (float)t.Length), Enumerable.Range(0, set.Count).Select(i => set.Text!.Row(i)[0]));
        Assert.Equal(("dino", "toy", address), (set.Provenance["image_model"], set.Provenance["text_model"], set.Provenance["text_endpoint"]));
        Assert.Contains("OnnxRuntime", set.Provenance["runtime"], StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_that_fails_ends_the_run_and_the_next_goes_on()
    {
        using var server =
            new LocalServer(r => r.Body.Contains("aabbc", StringComparison.Ordinal) ? new(400, """{"error": "too long"}""") : Answer(r));
        var address = new Uri(server.Address, "v1#toy").AbsoluteUri;
        var failed = Embed([], address, "out.parquet", "--batch", "2", "--threads", "1");
        Assert.Equal(2, failed.ExitCode);
        Assert.Contains("refuses (400 BadRequest): too long; expected embeddings by 'toy'", failed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.parquet"]));
        var before = server.Requests.Count;
        _data.Write(t =>
            new(
                t.ColumnNames,
                [.. t.ColumnNames.Select(c => c == "text" ? [.. t[c].Select(x => x.Replace("aabbc", "nevus nevus", StringComparison.Ordinal))]
                    : t[c])]));
        Assert.Equal(0, Embed([], address, "out.parquet", "--batch", "2", "--threads", "1", "--restart").ExitCode);
        Assert.Equal(["nevus nevus"], Texts(Assert.Single(server.Requests.Skip(before))).Except(["lesion 1 2"]));
    }

    [Theory]
    [InlineData("http://192.0.2.1/v1#m", "--allow-insecure")]
    [InlineData("https://host.example/v1", "names no model")]
    public void What_cannot_be_asked_is_one_line(string address, string expected)
    {
        var outcome = Embed([], address, "out.parquet");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.openai.com/v1", "for-OpenAI")]
    [InlineData("http://api.openai.com/v1", null)]
    [InlineData("https://api.openai.com.example/v1", null)]
    [InlineData("http://localhost:11434/v1", null)]
    public void A_key_for_OpenAI_goes_to_OpenAI_alone(string address, string? expected)
    {
        Assert.Equal(expected, TextEndpoint.KeyFor(new(address), name => name == "OPENAI_API_KEY" ? "for-OpenAI" : null));
        Assert.Equal("ours", TextEndpoint.KeyFor(new(address), name => name == "OPENAI_API_KEY" ? "for-OpenAI" : " ours\n"));
    }

    private CommandLine.Outcome Embed((string, string)[] environment, string endpoint, string output, params string[] more) => CommandLine.RunWith(
        environment,
        ["embed", "--labels", _data.Labels, "--images", _data.Images, "--model", _folder["dino"], "--text-model", endpoint, "--text-cache",
            _folder["kept"], "--out", _folder[output], .. more]);

    private static string[] Texts(LocalServer.Request request) =>
        [.. JsonDocument.Parse(request.Body).RootElement.GetProperty("input").EnumerateArray().Select(t => t.GetString()!)];

    private static LocalServer.Reply Answer(LocalServer.Request request) =>
        new(
            200,
            JsonSerializer.Serialize(new { data = Texts(request).Select((text, index) => new { index, embedding = new[] { text.Length, 0.5f } }) }));
}
