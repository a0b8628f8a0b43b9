using EmbedKit.Http;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Tests.Models;

/// <summary>Answers that break off, and what is asked for then.</summary>
public sealed class ModelPullRangeTests : ModelPullFixture
{
    [Fact]
    public async Task Cut_connections_are_gone_on_with_where_they_broke()
    {
        var cuts = 0;
        Hub.Misbehave = r => LocalHub.Is(r, Vision) && ++cuts <= 9 ? Hub.Serve(r) with { CutAfter = 20_000 } : null;
        await Pull();
        AssertWhole();
        Assert.Equal(10, Hub.Asked(Vision).Count);
        Assert.Equal("bytes=180000-", Hub.Asked(Vision)[^1].Headers["Range"]);
        Assert.All(Hub.Asked(Vision).Skip(1), r => Assert.StartsWith("\"", r.Headers["If-Range"], StringComparison.Ordinal));
        Assert.Empty(Time.Waits);
    }

    [Fact]
    public async Task A_server_that_sends_nothing_uses_up_the_tries()
    {
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? Hub.Serve(r) with { CutAfter = 0 } : null;
        await Assert.ThrowsAsync<TransientHttpException>(() => Pull());
        Assert.Equal(3, Hub.Asked(Vision).Count);
        Assert.Equal(2, Time.Waits.Count);
        Assert.False(File.Exists(Path.Combine(Folder, Vision)));
    }

    [Fact]
    public async Task A_server_that_refuses_ranges_is_asked_for_the_whole()
    {
        var asked = 0;
        Hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null : ++asked == 1 ? Hub.Serve(r) with { CutAfter = 100_000 } : new(200, Hub.Files[Vision]);
        await Pull();
        AssertWhole();
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AHub_that_cuts_every_answer_and_never_goes_on_is_given_up(bool changesTag)
    {
        var asked = 0;
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200, Hub.Files[Vision])
        {
            CutAfter = 150_000,
            Headers = changesTag ? [("ETag", $"\"{++asked}\"")] : [],
        } : null;
        var error = await Assert.ThrowsAsync<TransientHttpException>(() => Pull());
        Assert.Contains(
            $"{Vision}: the hub's answer breaks off at 150,000 of 300,000 bytes, no further than the one before", error.Message,
            StringComparison.Ordinal);
        Assert.InRange(Hub.Asked(Vision).Count, 3, 5);
        Assert.Equal(2, Time.Waits.Count);
        Assert.False(File.Exists(Path.Combine(Folder, Vision)));
    }

    [Fact]
    public async Task AHub_that_gives_one_byte_an_answer_is_given_up()
    {
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? Hub.Serve(r) with { CutAfter = 1 } : null;
        await Assert.ThrowsAsync<TransientHttpException>(() => Pull());
        Assert.Equal(3, Hub.Asked(Vision).Count);
    }

    [Fact]
    public async Task AHub_that_sends_a_byte_now_and_then_is_given_up_like_a_silent_one()
    {
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? Hub.Serve(r) with { Step = 1, Pause = TimeSpan.FromMilliseconds(5) } : null;
        var error = await Assert.ThrowsAsync<TransientHttpException>(() => Pull(o => o with { Patience = TimeSpan.FromMilliseconds(300) }));
        Assert.Contains("no further than the one before", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, Hub.Asked(Vision).Count);
    }

    [Fact]
    public async Task A_range_that_comes_in_parts_is_gone_on_with()
    {
        Hub.Misbehave = r =>
        {
            if (!LocalHub.Is(r, Vision) || !r.Headers.TryGetValue("Range", out var range))
            {
                return LocalHub.Is(r, Vision) ? Hub.Serve(r) with { CutAfter = 20_000 } : null;
            }

            var from = int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
            var to = Math.Min(from + 50_000, 300_000);
            return new(206, Hub.Files[Vision][from..to]) { Headers = [("Content-Range", $"bytes {from}-{to - 1}/300000")] };
        };
        await Pull();
        AssertWhole();
        Assert.Equal(7, Hub.Asked(Vision).Count);
    }

    [Theory]
    [InlineData("bytes 100000-199999/200000")]
    [InlineData("bytes 0-299999/300000")]
    [InlineData("bytes 100000-299999/999999999999999999999999")]
    [InlineData("words 100000-299999/300000")]
    [InlineData("nonsense")]
    public async Task A_range_that_fits_nothing_is_not_put_together(string range)
    {
        var asked = 0;
        Hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null : ++asked switch
        {
            1 => Hub.Serve(r) with { CutAfter = 100_000 },
            2 => new(206, Hub.Files[Vision][100_000..]) { Headers = [("Content-Range", range)] },
            _ => null,
        };
        await Pull();
        AssertWhole();
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_range_that_cannot_be_satisfied_starts_over()
    {
        var asked = 0;
        Hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null
            : ++asked switch { 1 => Hub.Serve(r) with { CutAfter = 100_000 }, 2 => new(416), _ => null };
        await Pull();
        AssertWhole();
        Assert.False(Hub.Asked(Vision)[2].Headers.ContainsKey("Range"));
    }

    [Fact]
    public async Task Another_range_than_asked_for_is_not_put_together()
    {
        var asked = 0;
        Hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null : ++asked switch
        {
            1 => Hub.Serve(r) with { CutAfter = 100_000 },
            2 => new(206, Hub.Files[Vision][50_000..]) { Headers = [("Content-Range", "bytes 50000-299999/300000")] },
            _ => null,
        };
        await Pull();
        AssertWhole();
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_file_that_changed_between_is_started_over()
    {
        var asked = 0;
        Hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null : ++asked == 1 ? new(200, LocalHub.Bytes(300_000)[..])
        {
            CutAfter = 100_000,
            Headers = [("ETag", "\"old\"")],
        } : null;
        await Pull();
        AssertWhole();
        Assert.Equal("\"old\"", Hub.Asked(Vision)[1].Headers["If-Range"]);
    }

    [Fact]
    public async Task AHub_that_cuts_and_alters_again_and_again_is_asked_twice()
    {
        var altered = LocalHub.Bytes(300_000);
        altered[200_000] ^= 1;
        Hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null
            : r.Headers.ContainsKey("Range") ? new(206, altered[100_000..]) { Headers = [("Content-Range", "bytes 100000-299999/300000")] }
            : new(200, altered) { CutAfter = 100_000 };
        Assert.Contains("the hub sends SHA-256", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        Assert.Equal(4, Hub.Asked(Vision).Count);
    }
}
