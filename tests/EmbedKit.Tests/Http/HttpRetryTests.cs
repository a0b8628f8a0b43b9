using System.Net;
using System.Net.Http.Headers;
using EmbedKit.Http;
using EmbedKit.Runtime;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Tests.Http;

public sealed class HttpRetryTests
{
    private readonly InstantTime _time = new();

    [Fact]
    public async Task Waits_grow_and_none_is_longer_than_the_longest()
    {
        var tries = 0;
        var told = new List<TimeSpan>();
        var retry = new HttpRetry(Options with { Attempts = 12, LongestDelay = TimeSpan.FromSeconds(20) }, (_, wait) => told.Add(wait));
        await Assert.ThrowsAsync<TransientHttpException>(() =>
            retry.RunAsync<int>(_ => throw new TransientHttpException($"try {++tries}"), TestContext.Current.CancellationToken));
        Assert.Equal((12, 11), (tries, told.Count));
        Assert.Equal(told.Select(wait => Math.Floor(wait.TotalMilliseconds)), _time.Waits.Select(wait => wait.TotalMilliseconds));
        Assert.True(told[^1] > told[0], $"{told[0]} … {told[^1]}");
        Assert.All(told, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(240, 120)]
    public async Task The_wait_a_server_asks_for_is_obeyed_up_to_the_longest(int asked, int waited)
    {
        var retry = new HttpRetry(Options with { Attempts = 3 });
        await Assert.ThrowsAsync<TransientHttpException>(() =>
            retry.RunAsync<int>(_ => throw new TransientHttpException("busy", TimeSpan.FromSeconds(asked)), TestContext.Current.CancellationToken));
        Assert.Equal([TimeSpan.FromSeconds(waited), TimeSpan.FromSeconds(waited)], _time.Waits);
    }

    [Fact]
    public async Task A_server_that_asks_for_more_than_all_waits_is_given_up_at_once()
    {
        var retry = new HttpRetry(Options);
        var error =
            await Assert.ThrowsAsync<TransientHttpException>(() =>
                retry.RunAsync<int>(_ => throw new TransientHttpException("busy.", TimeSpan.FromSeconds(999_999)),
                    TestContext.Current.CancellationToken));
        Assert.Equal("busy. It asks for a wait of 999,999 s; at most 120 s are waited. Run the same command again later.", error.Message);
        Assert.Empty(_time.Waits);
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(-30, 0)]
    public void A_date_to_come_back_at_is_a_wait(int ahead, int seconds)
    {
        var clock = new Stopped(new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(clock.GetUtcNow().AddSeconds(ahead));
        var error = Assert.Throws<TransientHttpException>(() => HttpRetry.ThrowIfTransient(response, "host", clock));
        Assert.Equal(TimeSpan.FromSeconds(seconds), error.RetryAfter);
    }

    [Fact]
    public async Task What_will_not_pass_is_tried_once()
    {
        var tries = 0;
        var retry = new HttpRetry(Options);
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            retry.RunAsync<int>(_ => throw new HttpRequestException(HttpRequestError.SecureConnectionError, $"certificate {++tries}"),
                TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InputException>(() =>
            retry.RunAsync<int>(_ => throw new InputException($"refused {++tries}"), TestContext.Current.CancellationToken));
        Assert.Equal(2, tries);
        using var response = new HttpResponseMessage(HttpStatusCode.NotFound);
        HttpRetry.ThrowIfTransient(response, "host", TimeProvider.System);
    }

    private HttpRetryOptions Options => new() { Attempts = 2, Clock = _time };

    private sealed class Stopped(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
