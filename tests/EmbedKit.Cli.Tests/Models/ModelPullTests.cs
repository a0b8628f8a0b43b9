using System.Security.Cryptography;
using EmbedKit.Cli.Models;
using EmbedKit.Embedding.Models;
using EmbedKit.Http;
using EmbedKit.Runtime;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Cli.Tests.Models;

public sealed class ModelPullTests : ModelPullFixture
{
    [Fact]
    public async Task A_pull_brings_what_a_model_folder_needs_and_locks_it()
    {
        var result = await Pull();
        Assert.Equal(Needed, result.Fetched);
        AssertWhole();
        Assert.Equal(
            new ModelSource(Hub.Address.AbsoluteUri.TrimEnd('/'), LocalHub.Repository, "main", LocalHub.Commit, "mit"), ModelLock.ReadSource(Folder));
        Assert.Equal(Needed.Order(StringComparer.Ordinal), ModelLock.ReadFiles(Folder)!.Keys);
        Assert.Empty(Hub.Asked("pytorch_model.bin"));
    }

    [Fact]
    public async Task A_second_pull_fetches_nothing_and_mends_what_was_altered()
    {
        await Pull();
        var before = Hub.Requests.Count;
        Assert.Equal(Needed, (await Pull()).Kept);
        Assert.Equal(before + 1, Hub.Requests.Count);
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

    [Theory]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("nonsense")]
    public async Task A_missing_or_senseless_length_does_no_harm(string length)
    {
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200, Hub.Files[Vision]) { Length = length } : null;
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
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200, body) { Length = "", Headers = [("Transfer-Encoding", "chunked")] } : null;
        Assert.Contains(
            "the hub sends 4 bytes; expected 300,000", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        Assert.Single(Hub.Asked(Vision));
    }

    [Fact]
    public async Task More_than_was_announced_is_refused_at_once()
    {
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200, LocalHub.Bytes(400_000)) { Length = "" } : null;
        Assert.Contains(
            "bytes; expected 300,000, as 127.0.0.1 lists it", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message,
            StringComparison.Ordinal);
        Assert.Single(Hub.Asked(Vision));
    }

    [Fact]
    public async Task A_flood_of_headers_is_refused_at_once()
    {
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200) { Headers = [.. Enumerable.Range(0, 20_000).Select(i => ($"X-{i}", "flood"))] } : null;
        Assert.Contains(
            "127.0.0.1: The HTTP response headers length exceeded", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message,
            StringComparison.Ordinal);
        Assert.Single(Hub.Asked(Vision));
    }

    [Fact]
    public async Task AHub_that_asks_for_days_is_given_up_at_once()
    {
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(429) { Headers = [("Retry-After", "999999")] } : null;
        var error = await Assert.ThrowsAsync<TransientHttpException>(() => Pull());
        Assert.Contains(
            "answers 429 (TooManyRequests). It asks for a wait of 999,999 s; at most 240 s are waited.", error.Message, StringComparison.Ordinal);
        Assert.Empty(Time.Waits);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 3)]
    public async Task An_altered_file_is_refused_at_once_or_where_it_came_in_pieces_once_more(bool cut, int answers)
    {
        var altered = LocalHub.Bytes(300_000);
        altered[200_000] ^= 1;
        Hub.Misbehave = r => !LocalHub.Is(r, Vision) ? null
            : r.Headers.TryGetValue("Range", out var range) ? new(206, altered[100_000..])
            {
                Headers = [("Content-Range", "bytes 100000-299999/300000")],
            }
            : new(200, altered) { Headers = [("ETag", "\"x\"")], CutAfter = cut && Hub.Asked(Vision).Count == 1 ? 100_000 : null };
        var error = await Assert.ThrowsAsync<InputException>(() => Pull());
        Assert.Contains($"expected SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Hub.Files[Vision]))}", error.Message, StringComparison.Ordinal);
        Assert.Equal(answers, Hub.Asked(Vision).Count);
        Assert.Empty(Time.Waits);
        Assert.False(File.Exists(Path.Combine(Folder, Vision)));
        Assert.Empty(Directory.GetFiles(Folder, "*.part*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_altered_small_file_is_refused_by_its_git_hash()
    {
        Hub.Misbehave = r => LocalHub.Is(r, "config.json") ? new(200, """{"model_type": "evil"}""") : null;
        Assert.Contains("expected git blob", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(299_000)]
    [InlineData(301_000)]
    public async Task A_shorter_or_longer_file_than_announced_never_takes_the_name(int length)
    {
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? new(200, LocalHub.Bytes(length)) : null;
        var error = await Assert.ThrowsAsync<InputException>(() => Pull());
        Assert.Contains(
            $"{Vision}: the hub sends {length:N0} bytes; expected 300,000, as 127.0.0.1 lists it", error.Message, StringComparison.Ordinal);
        Assert.Single(Hub.Asked(Vision));
        Assert.False(File.Exists(Path.Combine(Folder, Vision)));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busyHub_is_asked_again_after_the_wait_it_names(int status)
    {
        var asked = 0;
        Hub.Misbehave = r => ++asked is 1 or 3 ? new(status) { Headers = [("Retry-After", "9")] } : null;
        await Pull();
        Assert.Equal([TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(9)], Time.Waits);
    }

    [Fact]
    public async Task A_silentHub_is_given_up()
    {
        Hub.Misbehave = _ => new(200) { Silent = true };
        var error = await Assert.ThrowsAsync<TransientHttpException>(() => Pull(o => o with { Patience = TimeSpan.FromMilliseconds(100) }));
        Assert.Contains("all but silent, for 0.1 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, Time.Waits.Count);
    }

    [Fact]
    public async Task An_unreachableHub_says_so()
    {
        var error = await Assert.ThrowsAsync<TransientHttpException>(() => Pull(o => o with { Address = new("http://127.0.0.1:1") }));
        Assert.Contains("--offline", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task A_full_disk_keeps_what_came_and_the_next_pull_goes_on()
    {
        var error =
            await Assert.ThrowsAsync<IOException>(() =>
                Pull(openPart: path => path.Contains("vision_model.onnx.", StringComparison.Ordinal) ? new FullDisk(path, 140_000)
                    : File.Open(path, FileMode.Append)));
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Contains("run the same command again", error.Message, StringComparison.Ordinal);
        Assert.Single(Hub.Asked(Vision));
        await Pull();
        AssertWhole();
        Assert.StartsWith("bytes=", Hub.Asked(Vision)[1].Headers["Range"], StringComparison.Ordinal);
        Assert.Single(Hub.Asked("config.json"));
    }

    [Fact]
    public async Task A_disk_too_small_is_refused_before_anything_is_fetched()
    {
        var error = await Assert.ThrowsAsync<InputException>(() => Pull(free: 1_000_000));
        Assert.Contains("1 MB free; expected 64 MB for 5 files", error.Message, StringComparison.Ordinal);
        Assert.Single(Hub.Requests);
    }

    [Fact]
    public async Task An_interrupted_pull_goes_on_where_it_was()
    {
        using var interrupt = new CancellationTokenSource();
        Hub.Misbehave = r => LocalHub.Is(r, Vision) ? Hub.Serve(r) with { Pause = TimeSpan.FromMilliseconds(20) } : null;
        var seen = new Progress(p =>
        {
            if (Directory.GetFiles(Folder, "vision_model.onnx.*.part", SearchOption.AllDirectories).Any(f => new FileInfo(f).Length > 0))
            {
                interrupt.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pull(progress: seen, cancellation: interrupt.Token));
        Hub.Misbehave = _ => null;
        Assert.Equal([Vision, "onnx/vision_model.onnx_data"], (await Pull()).Fetched);
        Assert.True(Hub.Asked(Vision)[^1].Headers.ContainsKey("Range"));
        AssertWhole();
    }

    [Fact]
    public async Task A_folder_of_something_else_is_left_alone()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "thesis.txt"), "mine");
        Assert.Contains(
            "holds files that were not pulled", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(Folder, "thesis.txt"));
        ModelLock.Write(Folder, new Dictionary<string, string>(), new("h", "owner/other", "main", LocalHub.Commit, null));
        Assert.Contains(
            "holds owner/other, not owner/clip", (await Assert.ThrowsAsync<InputException>(() => Pull())).Message, StringComparison.Ordinal);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task Two_commits_are_not_mixed()
    {
        await Pull();
        Hub.CommitNow = new('9', 40);
        Assert.Equal(Needed, (await Pull()).Kept);
        Hub.Files[Vision] = LocalHub.Bytes(1234);
        Hub.CommitNow = new('8', 40);
        var error = await Assert.ThrowsAsync<InputException>(() => Pull(precision: ModelPrecision.Float16));
        Assert.Contains($"holds {Vision} of commit 999999999999", error.Message, StringComparison.Ordinal);
        Assert.Equal([Vision], (await Pull()).Fetched);
        AssertWhole();
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
