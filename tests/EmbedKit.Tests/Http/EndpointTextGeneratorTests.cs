using System.Text.Json;
using EmbedKit.Http;
using EmbedKit.Runtime;
using EmbedKit.Tests.Runtime;
using Microsoft.Extensions.AI;

namespace EmbedKit.Tests.Http;

public sealed class EndpointTextGeneratorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly InstantTime _time = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Vectors_come_back_in_the_order_of_the_texts_whatever_order_the_endpoint_has(bool base64)
    {
        using var server = new LocalServer(request => Answer(request, base64, reverse: true));
        using var generator = Open(server, o => o with { BatchSize = 2, ApiKey = "secret" });
        var got = await generator.GenerateAsync(["aa", "b", "cccc"], null, TestContext.Current.CancellationToken);
        Assert.Equal([[2f, 0.1f], [1f, 0.1f], [4f, 0.1f]], got.Select(e => e.Vector.ToArray()));
        Assert.Equal(["/v1/embeddings", "/v1/embeddings"], server.Requests.Select(r => r.Target));
        Assert.All(server.Requests, r => Assert.Equal("Bearer secret", r.Headers["Authorization"]));
        Assert.Equal("toy", got[0].ModelId);
        var of = Assert.IsType<EmbeddingGeneratorMetadata>(generator.GetService(typeof(EmbeddingGeneratorMetadata)));
        Assert.Equal(("openai", "toy", 2, "/v1"), (of.ProviderName, of.DefaultModelId, of.DefaultModelDimensions, of.ProviderUri!.AbsolutePath));
    }

    [Fact]
    public async Task Another_model_or_width_than_the_endpoint_serves_is_refused()
    {
        using var server = new LocalServer(request => Answer(request));
        using var generator = Open(server);
        await Refused(new() { ModelId = "other" }, "model 'other' is asked for; expected toy");
        await Refused(new() { Dimensions = 2 }, "2 dimensions are asked for; expected none asked for");
        Assert.Empty(server.Requests);
        Assert.Single(await generator.GenerateAsync(["a"], new() { ModelId = "toy" }, TestContext.Current.CancellationToken));
        await Refused(new() { Dimensions = 7 }, "7 dimensions are asked for; expected 2");
        Assert.Single(await generator.GenerateAsync(["a"], new() { Dimensions = 2 }, TestContext.Current.CancellationToken));
        Assert.Same(generator, generator.GetService(typeof(EndpointTextGenerator)));
        Assert.Null(generator.GetService(typeof(EndpointTextGenerator), "key"));

        async Task Refused(EmbeddingGenerationOptions options, string expected)
        {
            var error =
                await Assert.ThrowsAsync<InputException>(() => generator.GenerateAsync(["a"], options, TestContext.Current.CancellationToken));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_endpoint_is_asked_again_after_the_wait_it_names(int status)
    {
        var asked = 0;
        using var server =
            new LocalServer(request => Interlocked.Increment(ref asked) < 3 ? new(status) { Headers = [("Retry-After", "7")] } : Answer(request));
        using var generator = Open(server);
        Assert.Single(await generator.GenerateAsync(["a"], null, TestContext.Current.CancellationToken));
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7)], _time.Waits);
    }

    [Fact]
    public async Task Tries_end_and_the_last_failure_is_told()
    {
        using var server = new LocalServer(_ => new(500));
        using var generator = Open(server);
        var error =
            await Assert.ThrowsAsync<TransientHttpException>(() => generator.GenerateAsync(["a"], null, TestContext.Current.CancellationToken));
        Assert.Contains("/v1/embeddings: answers 500", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(3, _time.Waits.Count);
    }

    [Fact]
    public async Task A_cut_answer_is_asked_for_again()
    {
        var asked = 0;
        using var server =
            new LocalServer(request => Interlocked.Increment(ref asked) == 1 ? Answer(request) with { CutAfter = 10 } : Answer(request));
        using var generator = Open(server);
        Assert.Single(await generator.GenerateAsync(["a"], null, TestContext.Current.CancellationToken));
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task An_endpoint_that_never_answers_is_given_up()
    {
        using var server = new LocalServer(_ => new(200) { Silent = true });
        using var generator = Open(server, o => o with { Timeout = TimeSpan.FromMilliseconds(50), Retry = o.Retry with { Attempts = 2 } });
        var error =
            await Assert.ThrowsAsync<TransientHttpException>(() => generator.GenerateAsync(["a"], null, TestContext.Current.CancellationToken));
        Assert.Contains("no answer within 0.05 s", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"data": []}""", "0 embeddings for 2 texts")]
    [InlineData("""{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}""", "'index' is missing, repeated or out of range")]
    [InlineData("""{"data": [{"index": 0, "embedding": [1]}, {"index": 2, "embedding": [1]}]}""", "'index' is missing, repeated or out of range")]
    [InlineData("""{"data": [{"embedding": [1]}, {"embedding": [1]}]}""", "'index' is missing, repeated or out of range")]
    [InlineData("""{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}""", "2 numbers at index 1")]
    [InlineData("""{"data": [{"index": 1, "embedding": []}, {"index": 0, "embedding": []}]}""", "0 numbers at index 1")]
    [InlineData("""{"data": [{"index": 0, "embedding": [1e999]}, {"index": 1, "embedding": [1]}]}""", "NaN, infinity")]
    [InlineData("""{"data": [{"index": 0, "embedding": [null]}, {"index": 1, "embedding": [1]}]}""", "NaN, infinity")]
    [InlineData("""{"data": [{"index": 0, "embedding": "AADAfw=="}, {"index": 1, "embedding": [1]}]}""", "NaN, infinity")]
    [InlineData("""{"data": [{"index": 0, "embedding": "AADA"}, {"index": 1, "embedding": [1]}]}""", "not the base64 of float32")]
    [InlineData("""{"data": [{"index": 0, "embedding": [[1], [2]]}, {"index": 1, "embedding": [[1]]}]}""", "--pooling mean")]
    [InlineData("""{"data": [{"index": 0}, {"index": 1}]}""", "no 'embedding'")]
    [InlineData("""{"data": 1}""", "without a list 'data'")]
    [InlineData("""{"data": [{"index": 0, "index": 1, "embedding": [1]}, {"index": 1, "embedding": [1]}]}""", "a key twice")]
    [InlineData("""{"data": [], "\ud800": 1}""", "no Unicode")]
    [InlineData("""{"data": [], "model": "\udc00"}""", "no Unicode")]
    [InlineData("<html>", "not JSON")]
    public async Task A_wrong_answer_is_refused_at_once(string body, string expected)
    {
        using var server = new LocalServer(_ => new(200, body));
        using var generator = Open(server);
        var error = await Assert.ThrowsAsync<InputException>(() => generator.GenerateAsync(["a", "b"], null, TestContext.Current.CancellationToken));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(1_000_000, true)]
    [InlineData(4_000_000, false)]
    public async Task An_answer_has_a_limit_by_the_number_of_texts(int padding, bool taken)
    {
        using var server =
            new LocalServer(r => new(200, new string(' ', padding) + """{"data": [{"index": 0, "embedding": [1]}]}""") { Length = "" });
        using var generator = Open(server);
        var error = await Record.ExceptionAsync(() => generator.GenerateAsync(["a"], null, TestContext.Current.CancellationToken));
        Assert.Equal(taken, error is null);
        Assert.True(
            taken || error is InputException { Message: var message } && message.Contains("more than 2 MiB for 1 text,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flood_of_headers_is_refused_at_once()
    {
        using var server = new LocalServer(r => Answer(r) with { Headers = [.. Enumerable.Range(0, 20_000).Select(i => ($"X-{i}", "flood"))] });
        using var generator = Open(server);
        Assert.Contains(
            "many headers",
            (await Assert.ThrowsAsync<InputException>(() => generator.GenerateAsync(["a"], null, TestContext.Current.CancellationToken))).Message,
            StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_key_that_the_endpoint_repeats_is_not_shown()
    {
        using var server = new LocalServer(_ => new(401, """{"error": {"message": "bad key secret-1"}}""") { Headers = [("Location", "/secret-1")] });
        using var generator = Open(server, o => o with { ApiKey = "secret-1" });
        var error = await Assert.ThrowsAsync<InputException>(() => generator.GenerateAsync(["a"], null, TestContext.Current.CancellationToken));
        Assert.Contains("bad key (the key)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_two_lines_is_refused_before_anything_is_sent() =>
        Assert.Throws<InputException>(() => (EndpointOptions.Parse("https://h/v1#m") with { ApiKey = "one\ntwo" }).Validate());

    [Fact]
    public async Task A_width_that_changes_between_answers_is_refused()
    {
        using var server =
            new LocalServer(r => r.Body.Contains("first", StringComparison.Ordinal) ? Answer(r)
                : new(200, """{"data": [{"index": 0, "embedding": [1]}]}"""));
        using var generator = Open(server);
        await generator.GenerateAsync(["first"], null, TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<InputException>(() => generator.GenerateAsync(["second"], null, TestContext.Current.CancellationToken));
        Assert.Contains("vectors of 1 numbers after vectors of 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "EMBEDKIT_API_KEY")]
    [InlineData(404, "whether it serves 'toy'")]
    [InlineData(400, "input is too long")]
    [InlineData(302, "keys do not follow redirects")]
    public async Task A_refusal_says_what_to_do_and_never_the_key(int status, string expected)
    {
        using var server =
            new LocalServer(_ =>
                new(status, """{"error": {"message": "input is\ntoo long"}}""") { Headers = [("Location", "http://192.0.2.1/elsewhere")] });
        using var generator = Open(server, o => o with { ApiKey = "secret" });
        var error = await Assert.ThrowsAsync<InputException>(() => generator.GenerateAsync(["a"], null, TestContext.Current.CancellationToken));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task What_came_back_once_is_not_asked_for_again()
    {
        using var server = new LocalServer(r => r.Body.Contains("poison", StringComparison.Ordinal) ? new(400) : Answer(r));
        using (var killed = new CachedTextGenerator(Open(server), _folder, batchSize: 2))
        {
            await Assert.ThrowsAsync<InputException>(() => killed.GenerateAsync(["a", "bb", "poison"], null, TestContext.Current.CancellationToken));
        }

        var before = server.Requests.Count;
        using var again = new CachedTextGenerator(Open(server), _folder, batchSize: 2);
        var got = await again.GenerateAsync(["bb", "ccc", "a"], null, TestContext.Current.CancellationToken);
        Assert.Equal([2f, 3f, 1f], got.Select(e => e.Vector.Span[0]));
        Assert.Equal(["ccc"], Texts(Assert.Single(server.Requests.Skip(before))));
    }

    [Fact]
    public async Task A_cut_or_altered_cache_file_counts_as_absent()
    {
        using var server = new LocalServer(r => Answer(r));
        using var generator = new CachedTextGenerator(Open(server), _folder);
        await generator.GenerateAsync(["a", "bb"], null, TestContext.Current.CancellationToken);
        var files = Directory.GetFiles(_folder, "*.f32", SearchOption.AllDirectories);
        File.WriteAllBytes(files[0], File.ReadAllBytes(files[0])[..^4]);
        var altered = File.ReadAllBytes(files[1]);
        altered[^1] ^= 1;
        File.WriteAllBytes(files[1], altered);
        var got = await generator.GenerateAsync(["a", "bb"], null, TestContext.Current.CancellationToken);
        Assert.Equal([1f, 2f], got.Select(e => e.Vector.Span[0]));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task The_cache_tells_models_and_addresses_apart()
    {
        using var server = new LocalServer(r => Answer(r));
        foreach (var (model, path) in new[] { ("toy", "v1"), ("other", "v1"), ("toy", "v2") })
        {
            using var generator = new CachedTextGenerator(Open(server, o => o with { Model = model, Address = new(server.Address, path) }), _folder);
            await generator.GenerateAsync(["a"], null, TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData("https://host/v1#a/b:c", "https://host/v1", "a/b:c")]
    [InlineData("http://localhost:11434/v1/#nomic-embed-text", "http://localhost:11434/v1", "nomic-embed-text")]
    public void An_address_names_host_and_model(string text, string address, string model)
    {
        var options = EndpointOptions.Parse(text);
        Assert.Equal((address, model), (options.Address.AbsoluteUri, options.Model));
    }

    [Theory]
    [InlineData("https://host/v1", "names no model")]
    [InlineData("https://me:pass@host/v1#m", "holds a password")]
    [InlineData("https://host/v1?key=pass#m", "holds a password or a query")]
    [InlineData("https://", "not an address")]
    public void Another_address_is_refused_without_repeating_its_password(string text, string expected)
    {
        var error = Assert.Throws<InputException>(() => EndpointOptions.Parse(text));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass@", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("=pass", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost/v1#m", true)]
    [InlineData("http://127.0.0.1:8080/v1#m", true)]
    [InlineData("http://[::1]/v1#m", true)]
    [InlineData("http://10.1.2.3/v1#m", true)]
    [InlineData("http://172.31.0.1/v1#m", true)]
    [InlineData("http://192.168.1.9/v1#m", true)]
    [InlineData("http://[fd00::1]/v1#m", true)]
    [InlineData("http://172.32.0.1/v1#m", false)]
    [InlineData("http://192.0.2.1/v1#m", false)]
    [InlineData("http://host.example/v1#m", false)]
    [InlineData("http://localhost.example/v1#m", false)]
    [InlineData("https://host.example/v1#m", true)]
    public void Texts_go_unencrypted_only_nearby(string address, bool allowed)
    {
        var options = EndpointOptions.Parse(address);
        Assert.Equal(allowed, Record.Exception(options.Validate) is null);
        Assert.Null(Record.Exception((options with { AllowInsecure = true }).Validate));
    }

    [Fact]
    public void Options_show_no_key() =>
    Assert.DoesNotContain("secret", $"{EndpointOptions.Parse("https://h/v1#m") with { ApiKey = "secret" }}", StringComparison.Ordinal);

    private EndpointTextGenerator Open(LocalServer server, Func<EndpointOptions, EndpointOptions>? change = null)
    {
        var options = new EndpointOptions { Address = new(server.Address, "v1"), Model = "toy", Retry = new() { Attempts = 4, Clock = _time } };
        return new(change?.Invoke(options) ?? options);
    }

    private static string[] Texts(LocalServer.Request request) =>
        [.. JsonDocument.Parse(request.Body).RootElement.GetProperty("input").EnumerateArray().Select(t => t.GetString()!)];

    /// <summary>A text's embedding is its length, and a number that is exact in neither notation.</summary>
    private static LocalServer.Reply Answer(LocalServer.Request request, bool base64 = false, bool reverse = false)
    {
        var rows = Texts(request).Select((text, index) =>
        {
            float[] vector = [text.Length, 0.1f];
            return new { index, embedding = base64 ? (object)Convert.ToBase64String(vector.SelectMany(BitConverter.GetBytes).ToArray()) : vector };
        });
        return new(200, JsonSerializer.Serialize(new { data = reverse ? rows.Reverse() : rows }));
    }
}
