using EmbedKit.Data;
using EmbedKit.Demo.World;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.Tests.World;

[Trait("Tier", "slow")]
public sealed class DemoWriterTests : IDisposable
{
    private const int Size = 140;
    private readonly string _root = Directory.CreateTempSubdirectory("embedkit-test-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_seed_gives_the_same_bytes_whatever_the_threads_and_another_seed_other_bytes()
    {
        var first = Write("first", 5, threads: 1);
        var second = Write("second", 5, threads: 3);
        var other = Write("other", 6, threads: 2);
        Assert.Equal(first, second);
        Assert.Equal(
            first.Keys.Where(k => k.EndsWith("labels.csv", StringComparison.Ordinal)),
            other.Keys.Where(k => k.EndsWith("labels.csv", StringComparison.Ordinal)));
        Assert.All(first.Where(f => other.ContainsKey(f.Key)), f => Assert.NotEqual(f.Value, other[f.Key]));
    }

    [Fact]
    public void An_interrupted_run_goes_on_to_the_same_bytes_without_drawing_finished_images_again()
    {
        var whole = Write("whole", 5);
        using var stop = new CancellationTokenSource();
        var seen = 0;
        var progress = new Progress(_ =>
        {
            if (Interlocked.Increment(ref seen) == 100)
            {
                stop.Cancel();
            }
        });
        var target = Path.Combine(_root, "stopped");
        Assert.Throws<OperationCanceledException>(() => DemoWriter.Write(target, Size, new RandomStreams(5), 2, progress, stop.Token));
        var kept = Directory.GetFiles(Path.Combine(target, "dermatoscopy", "images"));
        Assert.InRange(kept.Length, 90, Size);
        Assert.False(File.Exists(Path.Combine(target, "dermatoscopy", "labels.csv")));

        var then = DateTime.UtcNow.AddDays(-1);
        File.SetLastWriteTimeUtc(kept[0], then);
        Assert.Equal(whole, Write("stopped", 5));
        Assert.Equal(then, File.GetLastWriteTimeUtc(kept[0]), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Every_set_reads_as_a_data_set_whose_images_exist_and_whose_splits_are_as_promised()
    {
        Write("demo", 0);
        foreach (var dataset in Enum.GetValues<DemoDataset>())
        {
            var folder = Path.Combine(_root, "demo", dataset.Text());
            var set = LabelledDataset.Read(Path.Combine(folder, "labels.csv"));
            Assert.Equal(dataset.Text(), set.Name);
            Assert.Equal(DemoWriter.SizeOf(dataset, Size), set.Count);
            Assert.Equal(
                set.Ids.Order(StringComparer.Ordinal),
                Directory.GetFiles(Path.Combine(folder, "images")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.All(set.Groups!.Zip(set.Splits!).GroupBy(r => r.First), group => Assert.Single(group.Select(r => r.Second).Distinct()));
            var published = set.Table[LabelledDataset.PublishedSplitColumn];
            Assert.Equal(0.2, published.Count(s => s == "test") / (double)set.Count, 0.02);
            Assert.DoesNotContain("val", published);
            Assert.Contains("**Synthetic.**", File.ReadAllText(Path.Combine(folder, "README.md")));
            foreach (var label in set.LabelColumns)
            {
                var encoding = LabelEncoding.Fit(
                    [label], set.Table.Select([.. Enumerable.Range(0, set.Count).Where(i => set.Splits![i] == Split.Train)]));
                Assert.Equal(set.Table[label].Distinct().Count(), encoding.Classes.Count);
            }
        }
    }

    [Fact]
    public void Patients_and_lesions_leak_in_the_published_split()
    {
        Write("demo", 0);
        foreach (var dataset in (ReadOnlySpan<DemoDataset>)[DemoDataset.Dermatoscopy, DemoDataset.Fundus])
        {
            var table = TextTable.Read(Path.Combine(_root, "demo", dataset.Text(), "labels.csv"));
            Assert.Contains(
                table[LabelledDataset.GroupColumn].Zip(table[LabelledDataset.PublishedSplitColumn]).GroupBy(r => r.First),
                g => g.Select(r => r.Second).Distinct().Count() == 2);
        }
    }

    [Fact]
    public void Images_are_JPEG_files_close_to_what_was_drawn()
    {
        Write("demo", 0);
        var sample = DemoWorld.Draw(DemoDataset.Fundus, new() { Size = DemoWriter.SizeOf(DemoDataset.Fundus, Size) }, new(0)).First();
        using var file = NetVips.Image.NewFromFile(Path.Combine(_root, "demo", "fundus", "images", sample.Id));
        Assert.Equal((96, 96, 3), (file.Width, file.Height, file.Bands));
        Assert.Equal("jpegload", file.Get("vips-loader"));
        var pixels = file.WriteToMemory<byte>();
        Assert.True(sample.Image.Pixels.Zip(pixels, (a, b) => Math.Abs(a - b)).Average() < 3);
    }

    [Fact]
    public void A_size_too_small_is_refused_and_nothing_is_written()
    {
        var target = Path.Combine(_root, "small");
        Assert.Contains(
            "demo size is 20; expected 140",
            Assert.Throws<InputException>(() => DemoWriter.Write(target, 20, new(0), cancellation: TestContext.Current.CancellationToken)).Message);
        Assert.False(Directory.Exists(target));
    }

    /// <summary>Writes a run and gives a hash of every file but run.json, by relative path.</summary>
    private SortedDictionary<string, string> Write(string name, long seed, int threads = 2)
    {
        var folder = Path.Combine(_root, name);
        DemoWriter.Write(folder, Size, new RandomStreams(seed), threads, cancellation: TestContext.Current.CancellationToken);
        return new(Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != RunFolder.FileName)
            .ToDictionary(f => Path.GetRelativePath(folder, f),
                f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))), StringComparer.Ordinal);
    }

    private sealed class Progress(Action<JobProgress> report) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => report(value);
    }
}
