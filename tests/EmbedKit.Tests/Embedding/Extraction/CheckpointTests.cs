using EmbedKit.Data;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Embedding.Extraction;

/// <summary>Runs into a file, broken off in every way, end with the bytes of a run that was not.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly MiniDataset _data;
    private readonly OnnxImageEncoder _image;
    private readonly OnnxTextEncoder _text;

    public CheckpointTests()
    {
        _data = new(_folder);
        File.WriteAllText(_data.ImageOf(4), "broken");
        File.Copy(_data.ImageOf(1), _data.ImageOf(2), overwrite: true);
        File.Copy(_data.ImageOf(1), _data.ImageOf(10), overwrite: true);
        _image = new(ModelFolder.Open(TinyModels.WriteDino(Path.Combine(_folder, "dino"))));
        _text = new(ModelFolder.Open(TinyModels.WriteLlama(Path.Combine(_folder, "llama"))));
    }

    public void Dispose()
    {
        _image.Dispose();
        _text.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static ExtractionOptions Blocks(int rows) => new() { CheckpointRows = rows, BatchSize = 2, Threads = 2 };

    [Theory]
    [InlineData("csv", 100)]
    [InlineData("parquet", 5)]
    [InlineData("parquet", 1)]
    public void A_file_holds_what_a_run_in_memory_gives(string ending, int rows)
    {
        var memory = new ExtractionJob(_image, _text).Run(_data.Labels, _data.Images, cancellation: TestContext.Current.CancellationToken);
        var summary = Run($"out.{ending}", Blocks(rows));
        var file = EmbeddingFile.Read(At($"out.{ending}"));
        Assert.Equal(memory.Embeddings.Table.Columns, file.Table.Columns);
        Assert.Equal(memory.Embeddings.Image!.Values, file.Image!.Values);
        Assert.Equal(memory.Embeddings.Text!.Values, file.Text!.Values);
        Assert.Equal(memory.Embeddings.Provenance, file.Provenance);
        Assert.Equal(memory.Skipped, summary.Skipped);
        Assert.Equal((11, 12, 2, 1, 2, 8, 0), (
            summary.Rows, summary.ImageDimension, summary.TextDimension, summary.Skipped.Count, summary.EqualImages, summary.EqualTexts,
            summary.ResumedRows));
        Assert.Equal("i4", Assert.Single(TextTable.Read(At("skipped.csv"))["image_id"]));
        Assert.False(Directory.Exists(At($"out.{ending}.checkpoint")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void After_a_full_disk_the_run_goes_on_from_the_last_block(int blocks)
    {
        var expected = Bytes("whole.parquet", Blocks(3));
        var written = 0;
        var full = Assert.Throws<IOException>(() => Run("out.parquet", Blocks(3), write: (path, write) =>
        {
            if (written++ == blocks)
            {
                throw new IOException("No space left on device");
            }

            AtomicFile.Write(path, write);
        }));
        Assert.Contains("What was finished is kept", full.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(At("out.parquet")));
        Assert.Equal(blocks * 3, Run("out.parquet", Blocks(3)).ResumedRows);
        Assert.Equal(expected, File.ReadAllBytes(At("out.parquet")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    public void After_a_cancellation_finished_blocks_are_kept(int rows)
    {
        var expected = Bytes("whole.parquet", Blocks(2));
        using var cancellation = new CancellationTokenSource();
        var progress = new Watch(p =>
        {
            if (p.Done >= rows)
            {
                cancellation.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Run("out.parquet", Blocks(2), progress, cancellation: cancellation.Token));
        Assert.InRange(Run("out.parquet", Blocks(2)).ResumedRows, Math.Max(0, rows - 3), 12);
        Assert.Equal(expected, File.ReadAllBytes(At("out.parquet")));
    }

    [Fact]
    public void Rows_of_an_earlier_run_are_reported_as_such()
    {
        BreakOff(3, 2);
        var reports = new List<JobProgress>();
        Run("out.parquet", Blocks(3), new Watch(reports.Add));
        Assert.All(reports, r => Assert.Equal((6, 12, "images"), (r.Resumed, r.Total, r.Stage)));
        Assert.Equal(reports.Select(r => r.Done).Order(), reports.Select(r => r.Done));
        Assert.Equal((6, 12), (reports[0].Done, reports[^1].Done));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(40, 1)]
    [InlineData(-1, 1)]
    [InlineData(100, 0)]
    [InlineData(-40, 0)]
    public void A_damaged_block_is_found_and_computed_again(int at, int change)
    {
        var expected = Bytes("whole.parquet", Blocks(3));
        BreakOff(3, 3);
        var block = Directory.GetFiles(At("out.parquet.checkpoint"), "*.block").Order(StringComparer.Ordinal).ElementAt(1);
        var bytes = File.ReadAllBytes(block);
        var position = at < 0 ? bytes.Length + at : at;
        bytes[position] ^= (byte)change;
        File.WriteAllBytes(block, change == 0 ? bytes[..position] : bytes);
        Assert.Equal(6, Run("out.parquet", Blocks(3)).ResumedRows);
        Assert.Equal(expected, File.ReadAllBytes(At("out.parquet")));
    }

    [Fact]
    public void Other_settings_are_refused_and_named()
    {
        BreakOff(3, 1);
        Refused(Blocks(3) with { TextColumn = "note" }, "text_column was 'text' and is now 'note'");
        Refused(Blocks(3) with { BatchSize = 3 }, "batch_images was '2' and is now '3'; batch_texts was '2' and is now '3'");
        Refused(Blocks(4), "checkpoint_rows was '3' and is now '4'");
        Refused(Blocks(3) with { Decoder = new() { ApplyExifOrientation = true } }, "exif_orientation was 'ignored' and is now 'applied'");
        Refused(Blocks(3) with { Shard = new(1, 2) }, "shard was unset and is now '1/2'");
        Assert.Equal(3, Run("out.parquet", Blocks(3) with { BatchSize = null, Threads = 1, FailFast = false }).ResumedRows);
    }

    [Fact]
    public void Other_models_labels_or_images_are_refused_and_named()
    {
        BreakOff(3, 1);
        TinyModels.WriteDino(At("other"), notANumber: true);
        using var other = new OnnxImageEncoder(ModelFolder.Open(At("other")));
        AssertRefused(() => new ExtractionJob(other, _text, Blocks(3)).RunTo(At("out.parquet"), _data.Labels, _data.Images),
            "image_model was 'dino' and is now 'other'; image_model_sha256 was");
        AssertRefused(() => new ExtractionJob(_image, null, Blocks(3)).RunTo(At("out.parquet"), _data.Labels, _data.Images),
            "text_model was 'llama' and is now unset");
        File.SetLastWriteTimeUtc(_data.ImageOf(7), DateTime.UnixEpoch);
        Refused(Blocks(3), "images_state was");
        _data.Write(t => t.With("note", [.. t["note"].Reverse()]));
        Refused(Blocks(3), "labels_sha256 was");
        Assert.Equal(0, Run("out.parquet", Blocks(3) with { Restart = true }).ResumedRows);
    }

    [Fact]
    public void Two_processes_do_not_write_one_output()
    {
        using (new Checkpoint(At("out.parquet"), restart: false))
        {
            Refused(Blocks(3), "another process is writing it");
        }

        Assert.Equal(11, Run("out.parquet", Blocks(3)).Rows);
    }

    [Fact]
    public void Without_any_readable_image_nothing_is_kept()
    {
        foreach (var row in Enumerable.Range(0, MiniDataset.Rows))
        {
            File.WriteAllText(_data.ImageOf(row), "broken");
        }

        Refused(Blocks(3), "none of its 12 images");
        Assert.False(Directory.Exists(At("out.parquet.checkpoint")));
    }

    [Theory]
    [InlineData(1, "parquet", 5, 1)]
    [InlineData(2, "csv", 100, 2)]
    [InlineData(3, "parquet", 3, 1)]
    [InlineData(11, "parquet", 2, 2)]
    public void Shards_merge_into_the_bytes_of_the_whole(int count, string ending, int rows, int threads)
    {
        var options = new ExtractionOptions { CheckpointRows = rows, Threads = threads };
        var expected = Bytes($"whole.{ending}", new() { Threads = 1 });
        var shards = Enumerable.Range(1, count).Where(i => count != 11 || i != 5).Select(i =>
        {
            Run($"{i}.{ending}", options with { Shard = new(i, count) });
            return EmbeddingFile.Read(At($"{i}.{ending}"));
        }).Reverse().ToList();
        if (count == 11)
        {
            // Part 5 holds the one unreadable image alone.
            Refused(options with { Shard = new(5, 11) }, "none of its 1 image");
            Assert.Throws<InputException>(() => EmbeddingJoin.Shards(shards));
            return;
        }

        EmbeddingFile.Write(At($"merged.{ending}"), EmbeddingJoin.Shards(shards));
        Assert.Equal(expected, File.ReadAllBytes(At($"merged.{ending}")));
    }

    private string At(string name) => Path.Combine(_folder, name);

    private byte[] Bytes(string output, ExtractionOptions options)
    {
        Run(output, options);
        return File.ReadAllBytes(At(output));
    }

    private ExtractionSummary Run(
        string output, ExtractionOptions options, IProgress<JobProgress>? progress = null, Action<string, Action<Stream>>? write = null,
        CancellationToken? cancellation = null) =>
        new ExtractionJob(_image, _text, options) { WriteBlock = write ?? AtomicFile.Write }
            .RunTo(At(output), _data.Labels, _data.Images, progress, cancellation ?? TestContext.Current.CancellationToken);

    /// <summary>Ends a run after some blocks.</summary>
    private void BreakOff(int rows, int blocks)
    {
        var written = 0;
        Assert.Throws<IOException>(() => Run("out.parquet", Blocks(rows), write: (path, write) =>
        {
            if (written++ == blocks)
            {
                throw new IOException("stop");
            }

            AtomicFile.Write(path, write);
        }));
    }

    private void Refused(ExtractionOptions options, string expected) => AssertRefused(() => Run("out.parquet", options), expected);

    private void AssertRefused(Func<object> run, string expected)
    {
        Assert.Contains(expected, Assert.Throws<InputException>(run).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(At("out.parquet")));
    }

    private sealed class Watch(Action<JobProgress> seen) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => seen(value);
    }
}
