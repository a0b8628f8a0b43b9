using EmbedKit.Runtime;
using EmbedKit.Tests.Runtime;
using static EmbedKit.Tests.Http.ToyEndpoint;

namespace EmbedKit.Tests.Http;

/// <summary>What an endpoint may not answer, and what is said then.</summary>
public sealed class EndpointRefusalTests
{
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
}
