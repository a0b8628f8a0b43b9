using EmbedKit.Http;
using EmbedKit.Runtime;
using EmbedKit.Tests.Runtime;
using Microsoft.Extensions.AI;
using static EmbedKit.Tests.Http.ToyEndpoint;

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

    private EndpointTextGenerator Open(LocalServer server, Func<EndpointOptions, EndpointOptions>? change = null) =>
        ToyEndpoint.Open(server, change, _time);
}
