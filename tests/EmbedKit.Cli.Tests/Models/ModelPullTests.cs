using System.Security.Cryptography;
using EmbedKit.Cli.Models;
using EmbedKit.Embedding;
using EmbedKit.Runtime;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Cli.Tests.Models;

public sealed class ModelPullTests : IDisposable
{
    private const string Vision = "onnx/vision_model.onnx";
    private static readonly string[] Needed = ["preprocessor_config.json", "config.json", "onnx/text_model.onnx", Vision, "onnx/vision_model.onnx_data"];
    private readonly TemporaryFolder _temporary = new();
    private readonly LocalHub _hub = new();
    private readonly InstantTime _time = new();

    private string Folder => _temporary["model"];

    public void Dispose()
    {
        _hub.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task A_pull_brings_what_a_model_folder_needs_and_locks_it()
    {
        var result = await Pull();
        Assert.Equal(Needed, result.Fetched);
        AssertWhole();
        Assert.Equal(new ModelSource(_hub.Address.AbsoluteUri.TrimEnd('/'), LocalHub.Repository, "main", LocalHub.Commit, "mit"), ModelLock.ReadSource(Folder));
        Assert.Equal(Needed.Order(StringComparer.Ordinal), ModelLock.ReadFiles(Folder)!.Keys);
        Assert.Empty(_hub.Asked("pytorch_model.bin"));
    }

    [Fact]
    public async Task A_second_pull_fetches_nothing_and_mends_what_was_altered()
    {
        await Pull();
        var before = _hub.Requests.Count;
        Assert.Equal(Needed, (await Pull()).Kept);
        Assert.Equal(before + 1, _hub.Requests.Count);
        File.AppendAllText(Path.Combine(Folder, "config.json"), " ");
        Assert.Equal(["config.json"], (await Pull()).Fetched);
        AssertWhole();
    }

    [Fact]
    public async Task Another_precision_comes_beside_the_first()
    {
        await Pull();
        Assert.Equal(["onnx/vision_model_fp16.onnx"], (await Pull(precision: ModelPrecision.Float16)).Fetched);
        Assert.Equal(Needed.Append("onnx/vision_model_fp16.onnx").Order(StringComparer.Ordinal), ModelLock.ReadFiles(Folder)!.Keys);
        var error = await Assert.ThrowsAsync<InputException>(() => Pull(precision: ModelPrecision.Int8));
        Assert.Contains("no ONNX files in int8; expected model_quantized.onnx or model_int8.onnx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cut_connections_are_gone_on_with_where_they_broke()
    {
        var cuts = 0;
        _hub.Misbehave = r => LocalHub.Is(r, Vision) && ++cuts <= 9 ? _hub.Serve(r) with { CutAfter = 20_000 } : null;
        await Pull();
        AssertWhole();
        Assert.Equal(10, _hub.Asked(Vision).Count);
        Assert.Equal("bytes=180000-", _hub.Asked(Vision)[^1].Headers["Range"]);
        Assert.All(_hub.Asked(Vision).Skip(1), r => Assert.StartsWith("\"", r.Headers["If-Range"], StringComparison.Ordinal));
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task A_server_that_sends_nothing_uses_up_the_tries()
    {
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? _hub.Serve(r) with { CutAfter = 0 } : null;
        await Assert.ThrowsAsync<TransientHttpException>(() => Pull());
        Assert.Equal(3, _hub.Asked(Vision).Count);
        Assert.Equal(2, _time.Waits.Count);
        Assert.False(File.Exists(Path.Combine(Folder, Vision)));
    }

    [Fact]
    public async Task A_server_that_refuses_ranges_is_asked_for_the_whole()
    {
        var asked = 0;
        _hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null : ++asked == 1 ? _hub.Serve(r) with { CutAfter = 100_000 } : new(200, _hub.Files[Vision]);
        await Pull();
        AssertWhole();
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hub_that_cuts_every_answer_and_never_goes_on_is_given_up(bool changesTag)
    {
        var asked = 0;
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200, _hub.Files[Vision]) { CutAfter = 150_000, Headers = changesTag ? [("ETag", $"\"{++asked}\"")] : [] } : null;
        var error = await Assert.ThrowsAsync<TransientHttpException>(() => Pull());
        Assert.Contains($"{Vision}: the hub's answer breaks off at 150,000 of 300,000 bytes, no further than the one before", error.Message, StringComparison.Ordinal);
        Assert.InRange(_hub.Asked(Vision).Count, 3, 5);
        Assert.Equal(2, _time.Waits.Count);
        Assert.False(File.Exists(Path.Combine(Folder, Vision)));
    }

    [Fact]
    public async Task A_hub_that_gives_one_byte_an_answer_is_given_up()
    {
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? _hub.Serve(r) with { CutAfter = 1 } : null;
        await Assert.ThrowsAsync<TransientHttpException>(() => Pull());
        Assert.Equal(3, _hub.Asked(Vision).Count);
    }

    [Fact]
    public async Task A_hub_that_sends_a_byte_now_and_then_is_given_up_like_a_silent_one()
    {
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? _hub.Serve(r) with { Step = 1, Pause = TimeSpan.FromMilliseconds(5) } : null;
        var error = await Assert.ThrowsAsync<TransientHttpException>(() => Pull(o => o with { Patience = TimeSpan.FromMilliseconds(300) }));
        Assert.Contains("no further than the one before", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, _hub.Asked(Vision).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("nonsense")]
    public async Task A_missing_or_senseless_length_does_no_harm(string length)
    {
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200, _hub.Files[Vision]) { Length = length } : null;
        var error = await Record.ExceptionAsync(() => Pull());
        if (error is null)
        {
            AssertWhole();
        }
        else
        {
            Assert.IsType<TransientHttpException>(error);
            Assert.False(File.Exists(Path.Combine(Folder, Vision)));
        }
    }

    [Fact]
    public async Task Chunks_that_end_too_early_were_all_there_is()
    {
        byte[] body = [.. "4\r\nmine\r\n0\r\n\r\n"u8];
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200, body) { Length = "", Headers = [("Transfer-Encoding", "chunked")] } : null;
        Assert.Contains("the hub sends 4 bytes; expected 300,000", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        Assert.Single(_hub.Asked(Vision));
    }

    [Fact]
    public async Task A_range_that_comes_in_parts_is_gone_on_with()
    {
        _hub.Misbehave = r =>
        {
            if (!LocalHub.Is(r, Vision) || !r.Headers.TryGetValue("Range", out var range))
            {
                return LocalHub.Is(r, Vision) ? _hub.Serve(r) with { CutAfter = 20_000 } : null;
            }

            var from = int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
            var to = Math.Min(from + 50_000, 300_000);
            return new(206, _hub.Files[Vision][from..to]) { Headers = [("Content-Range", $"bytes {from}-{to - 1}/300000")] };
        };
        await Pull();
        AssertWhole();
        Assert.Equal(7, _hub.Asked(Vision).Count);
    }

    [Fact]
    public async Task More_than_was_announced_is_refused_at_once()
    {
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200, LocalHub.Bytes(400_000)) { Length = "" } : null;
        Assert.Contains("bytes; expected 300,000, as 127.0.0.1 lists it", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        Assert.Single(_hub.Asked(Vision));
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
        _hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null : ++asked switch
        {
            1 => _hub.Serve(r) with { CutAfter = 100_000 },
            2 => new(206, _hub.Files[Vision][100_000..]) { Headers = [("Content-Range", range)] },
            _ => null,
        };
        await Pull();
        AssertWhole();
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_flood_of_headers_is_refused_at_once()
    {
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200) { Headers = [.. Enumerable.Range(0, 20_000).Select(i => ($"X-{i}", "flood"))] } : null;
        await Assert.ThrowsAsync<HttpRequestException>(() => Pull());
        Assert.Single(_hub.Asked(Vision));
    }

    [Fact]
    public async Task A_hub_that_asks_for_days_is_given_up_at_once()
    {
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(429) { Headers = [("Retry-After", "999999")] } : null;
        var error = await Assert.ThrowsAsync<TransientHttpException>(() => Pull());
        Assert.Contains("answers 429 (TooManyRequests). It asks for a wait of 999,999 s; at most 240 s are waited.", error.Message, StringComparison.Ordinal);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task A_range_that_cannot_be_satisfied_starts_over()
    {
        var asked = 0;
        _hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null : ++asked switch { 1 => _hub.Serve(r) with { CutAfter = 100_000 }, 2 => new(416), _ => null };
        await Pull();
        AssertWhole();
        Assert.False(_hub.Asked(Vision)[2].Headers.ContainsKey("Range"));
    }

    [Fact]
    public async Task Another_range_than_asked_for_is_not_put_together()
    {
        var asked = 0;
        _hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null : ++asked switch
        {
            1 => _hub.Serve(r) with { CutAfter = 100_000 },
            2 => new(206, _hub.Files[Vision][50_000..]) { Headers = [("Content-Range", "bytes 50000-299999/300000")] },
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
        _hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null : ++asked == 1 ? new(200, LocalHub.Bytes(300_000)[..]) { CutAfter = 100_000, Headers = [("ETag", "\"old\"")] } : null;
        await Pull();
        AssertWhole();
        Assert.Equal("\"old\"", _hub.Asked(Vision)[1].Headers["If-Range"]);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 3)]
    public async Task An_altered_file_is_refused_at_once_or_where_it_came_in_pieces_once_more(bool cut, int answers)
    {
        var altered = LocalHub.Bytes(300_000);
        altered[200_000] ^= 1;
        _hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null
            : r.Headers.TryGetValue("Range", out var range) ? new(206, altered[100_000..]) { Headers = [("Content-Range", "bytes 100000-299999/300000")] }
            : new(200, altered) { CutAfter = cut && _hub.Asked(Vision).Count == 1 ? 100_000 : null };
        var error = await Assert.ThrowsAsync<InputException>(() => Pull());
        Assert.Contains($"expected SHA-256 {Convert.ToHexStringLower(SHA256.HashData(_hub.Files[Vision]))}", error.Message, StringComparison.Ordinal);
        Assert.Equal(answers, _hub.Asked(Vision).Count);
        Assert.Empty(_time.Waits);
        Assert.False(File.Exists(Path.Combine(Folder, Vision)));
        Assert.Empty(Directory.GetFiles(Folder, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_hub_that_cuts_and_alters_again_and_again_is_asked_twice()
    {
        var altered = LocalHub.Bytes(300_000);
        altered[200_000] ^= 1;
        _hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null
            : r.Headers.ContainsKey("Range") ? new(206, altered[100_000..]) { Headers = [("Content-Range", "bytes 100000-299999/300000")] }
            : new(200, altered) { CutAfter = 100_000 };
        Assert.Contains("the hub sends SHA-256", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        Assert.Equal(4, _hub.Asked(Vision).Count);
    }

    [Fact]
    public async Task An_altered_small_file_is_refused_by_its_git_hash()
    {
        _hub.Misbehave = r => LocalHub.Is(r, "config.json") ? new(200, """{"model_type": "evil"}""") : null;
        Assert.Contains("expected git blob", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(299_000)]
    [InlineData(301_000)]
    public async Task A_shorter_or_longer_file_than_announced_never_takes_the_name(int length)
    {
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200, LocalHub.Bytes(length)) : null;
        var error = await Assert.ThrowsAsync<InputException>(() => Pull());
        Assert.Contains($"{Vision}: the hub sends {length:N0} bytes; expected 300,000, as 127.0.0.1 lists it", error.Message, StringComparison.Ordinal);
        Assert.Single(_hub.Asked(Vision));
        Assert.False(File.Exists(Path.Combine(Folder, Vision)));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_hub_is_asked_again_after_the_wait_it_names(int status)
    {
        var asked = 0;
        _hub.Misbehave = r => ++asked is 1 or 3 ? new(status) { Headers = [("Retry-After", "9")] } : null;
        await Pull();
        Assert.Equal([TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(9)], _time.Waits);
    }

    [Fact]
    public async Task A_silent_hub_is_given_up()
    {
        _hub.Misbehave = _ => new(200) { Silent = true };
        var error = await Assert.ThrowsAsync<TransientHttpException>(() => Pull(o => o with { Patience = TimeSpan.FromMilliseconds(100) }));
        Assert.Contains("all but silent, for 0.1 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _time.Waits.Count);
    }

    [Fact]
    public async Task An_unreachable_hub_says_so()
    {
        var error = await Assert.ThrowsAsync<TransientHttpException>(() => Pull(o => o with { Address = new("http://127.0.0.1:1") }));
        Assert.Contains("--offline", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task A_full_disk_keeps_what_came_and_the_next_pull_goes_on()
    {
        var error = await Assert.ThrowsAsync<IOException>(() => Pull(openPart: path => path.Contains("vision_model.onnx.", StringComparison.Ordinal) ? new FullDisk(path, 140_000) : File.Open(path, FileMode.Append)));
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Contains("run the same command again", error.Message, StringComparison.Ordinal);
        Assert.Single(_hub.Asked(Vision));
        await Pull();
        AssertWhole();
        Assert.StartsWith("bytes=", _hub.Asked(Vision)[1].Headers["Range"], StringComparison.Ordinal);
        Assert.Single(_hub.Asked("config.json"));
    }

    [Fact]
    public async Task A_disk_too_small_is_refused_before_anything_is_fetched()
    {
        var error = await Assert.ThrowsAsync<InputException>(() => Pull(free: 1_000_000));
        Assert.Contains("1 MB free; expected 64 MB for 5 files", error.Message, StringComparison.Ordinal);
        Assert.Single(_hub.Requests);
    }

    [Fact]
    public async Task An_interrupted_pull_goes_on_where_it_was()
    {
        using var interrupt = new CancellationTokenSource();
        _hub.Misbehave = r => LocalHub.Is(r, Vision) ? _hub.Serve(r) with { Pause = TimeSpan.FromMilliseconds(20) } : null;
        var seen = new Progress(p =>
        {
            if (Directory.GetFiles(Folder, "vision_model.onnx.*.part", SearchOption.AllDirectories).Any(f => new FileInfo(f).Length > 0))
            {
                interrupt.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pull(progress: seen, cancellation: interrupt.Token));
        _hub.Misbehave = _ => null;
        Assert.Equal([Vision, "onnx/vision_model.onnx_data"], (await Pull()).Fetched);
        Assert.True(_hub.Asked(Vision)[^1].Headers.ContainsKey("Range"));
        AssertWhole();
    }

    [Fact]
    public async Task A_folder_of_something_else_is_left_alone()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "thesis.txt"), "mine");
        Assert.Contains("holds files that were not pulled", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(Folder, "thesis.txt"));
        ModelLock.Write(Folder, new Dictionary<string, string>(), new("h", "owner/other", "main", LocalHub.Commit, null));
        Assert.Contains("holds owner/other, not owner/clip", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task Two_commits_are_not_mixed()
    {
        await Pull();
        _hub.CommitNow = new('9', 40);
        Assert.Equal(Needed, (await Pull()).Kept);
        _hub.Files[Vision] = LocalHub.Bytes(1234);
        _hub.CommitNow = new('8', 40);
        var error = await Assert.ThrowsAsync<InputException>(() => Pull(precision: ModelPrecision.Float16));
        Assert.Contains($"holds {Vision} of commit 999999999999", error.Message, StringComparison.Ordinal);
        Assert.Equal([Vision], (await Pull()).Fetched);
        AssertWhole();
    }

    private async Task<PullResult> Pull(
        Func<HubOptions, HubOptions>? change = null,
        ModelPrecision precision = ModelPrecision.Float32,
        Func<string, Stream>? openPart = null,
        long free = long.MaxValue,
        IProgress<JobProgress>? progress = null,
        CancellationToken? cancellation = null)
    {
        var options = new HubOptions { Address = _hub.Address, Retry = new() { Attempts = 3, Clock = _time } };
        using var client = new HubClient(change?.Invoke(options) ?? options);
        var pull = new ModelPull(client, progress) { FreeBytes = _ => free };
        pull = openPart is null ? pull : new(client, progress) { FreeBytes = _ => free, OpenPart = openPart };
        return await pull.RunAsync(LocalHub.Repository, "main", precision, Folder, cancellation ?? TestContext.Current.CancellationToken);
    }

    /// <summary>Every needed file as the hub has it, the lock's hashes theirs, and nothing half-fetched left.</summary>
    private void AssertWhole()
    {
        foreach (var path in Needed)
        {
            Assert.Equal(_hub.Files[path], File.ReadAllBytes(Path.Combine(Folder, path)));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_hub.Files[path])), ModelLock.ReadFiles(Folder)![path]);
        }

        Assert.Empty(Directory.GetFiles(Folder, "*.part*", SearchOption.AllDirectories));
    }

    private sealed class Progress(Action<JobProgress> told) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => told(value);
    }

    /// <summary>A file on a disk with little room.</summary>
    private sealed class FullDisk(string path, long room) : FileStream(path, FileMode.Append)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Length + buffer.Length > room ? throw new IOException("No space left on device") : base.WriteAsync(buffer, cancellationToken);
    }
}
