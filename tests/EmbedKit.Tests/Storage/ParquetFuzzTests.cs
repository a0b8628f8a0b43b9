using System.Buffers.Binary;
using System.Text.RegularExpressions;
using EmbedKit.Data;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using ParquetSharp;

namespace EmbedKit.Tests.Storage;

/// <summary>Damaged and lying Parquet files: mutations of valid ones that keep the magic at both ends.</summary>
[Trait("Tier", "slow")]
public sealed partial class ParquetFuzzTests : IDisposable
{
    private const int Trailer = 8;
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_damaged_file_of_embeddings_gives_one_line_and_takes_little_memory(int seed) =>
        Fuzz([Embeddings(half: false), Embeddings(half: true), Mixed()], seed, 1_500, path => EmbeddingFile.Read(path));

    [Fact]
    public void A_damaged_file_of_predictions_gives_one_line_and_takes_little_memory() =>
        Fuzz([Predictions()], 3, 1_500, path => SweepPredictions.Read(path));

    /// <summary>Half of the mutations hit the footer, where counts and sizes stand; the rest the pages and their headers.</summary>
    private void Fuzz(byte[][] files, int seed, int count, Func<string, object> read)
    {
        var (random, path, refused) = (new Random(seed), Path.Combine(_folder, "f.parquet"), 0);
        for (var i = 0; i < count; i++)
        {
            File.WriteAllBytes(path, Mutate((byte[])files[i % files.Length].Clone(), random));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                _ = read(path);
            }
            catch (InputException error)
            {
                refused++;
                Assert.DoesNotContain('\n', error.Message);
                Assert.DoesNotMatch(InnerNames(), error.Message);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 30);
        }

        Assert.InRange(refused, count / 4, count);
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        var footer = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - Trailer));
        var (start, length) = random.Next(2) == 0 ? (file.Length - Trailer - footer, footer) : (4, file.Length - Trailer - footer - 4);
        switch (random.Next(6))
        {
            case 0:
                for (var flips = random.Next(1, 4); flips > 0; flips--)
                {
                    file[start + random.Next(length)] ^= (byte)(1 << random.Next(8));
                }

                return file;
            case 1:
                file[start + random.Next(length)] = (byte)random.Next(256);
                return file;
            case 2:
                // A number written in 7 bits a byte becomes as large, or as negative, as its length allows.
                var at = start + random.Next(Math.Max(1, length - 4));
                file.AsSpan(at, Math.Min(random.Next(1, 5), file.Length - Trailer - at)).Fill((byte)(random.Next(2) == 0 ? 0xff : 0x7f));
                return file;
            case 3:
                var (from, size) = (start + random.Next(length), random.Next(1, 40));
                return Trailed(
                    [.. file[..from], .. file[from..Math.Min(file.Length - Trailer, from + size)], .. file[from..]], footer, start > 4 ? size : 0);
            case 4:
                var cut = start + random.Next(length);
                return Trailed([.. file[..cut], .. file[Math.Min(file.Length - Trailer, cut + random.Next(1, 40))..]], footer, 0);
            default:
                return Trailed(file, random.Next(3) == 0 ? random.Next(int.MinValue, int.MaxValue) : footer + random.Next(-20, 20), 0);
        }
    }

    /// <summary>What libraries name in their messages, and means nothing to who gave the file.</summary>
    [GeneratedRegex(@"::|\.cc\b|\b(thrift|arrow|parquetsharp|system)\b|exception|dictionary|object reference|parameter '", RegexOptions.IgnoreCase)]
    private static partial Regex InnerNames();

    private static byte[] Trailed(byte[] file, int footer, int more)
    {
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - Trailer), footer + more);
        return file;
    }

    private byte[] Embeddings(bool half)
    {
        var path = Path.Combine(_folder, "e.parquet");
        var random = new SeededRandom(1);
        EmbeddingMatrix Matrix(int width) => new(40, width, [.. Enumerable.Range(0, 40 * width).Select(_ => (float)random.NextGaussian())]);
        string[] cells = [.. Enumerable.Range(0, 40).Select(i => $"id{i}")];
        var set = new EmbeddingSet(
            new(["image_id", "label_x"], [cells, [.. cells.Select(c => c[^1..])]]), Matrix(6), Matrix(3),
            new Dictionary<string, string> { ["model"] = "m" });
        EmbeddingFile.Write(path, half ? set.ToHalf() : set);
        return File.ReadAllBytes(path);
    }

    private byte[] Mixed()
    {
        var path = Path.Combine(_folder, "m.parquet");
        Column[] columns =
            [new Column<string>("image_id"), new Column<DateTime?>("when"), new Column<int?>("age"), new Column<byte[]>("raw"),
                new Column<double[]>("image_embedding")];
        using (var file = new ParquetFileWriter(path, columns, Compression.Snappy))
        {
            for (var g = 0; g < 3; g++)
            {
                var group = g;
                using var rows = file.AppendRowGroup();
                void Add<T>(Func<int, T> cell)
                {
                    using var column = rows.NextColumn();
                    using var writer = column.LogicalWriter<T>();
                    writer.WriteBatch([.. Enumerable.Range(group * 10, 10).Select(cell)]);
                }

                Add(i => $"id{i}");
                Add<DateTime?>(i => i % 3 == 0 ? null : new DateTime(2020, 1, 1 + (i % 28)));
                Add<int?>(i => i % 4 == 0 ? null : i);
                Add<byte[]>(i => [(byte)i]);
                Add<double[]>(i => [i, 1, 2]);
            }

            file.Close();
        }

        return File.ReadAllBytes(path);
    }

    private byte[] Predictions()
    {
        var path = Path.Combine(_folder, "p.parquet");
        string[] ids = [.. Enumerable.Range(0, 12).Select(i => $"id{i}")];
        int[] truth = [.. ids.Select((_, i) => i % 3)];
        var rows = new Dictionary<(int, Split), SweepPredictions.MeasuredRows>
        {
            [(0, Split.Test)] = new(ids, ids, truth),
            [(0, Split.Validation)] = new(ids, null, truth),
        };
        IEnumerable<(SweepModel, Split, int[])> predicted =
            from seed in Enumerable.Range(0, 3)
            from split in (Split[])[Split.Validation, Split.Test]
            select (new SweepModel("early", "128", "gap-shift", 0.5, 0, seed, 0), split, truth);
        SweepPredictionFile.Write(path, new(TaskKind.Multiclass, ["a", "b", "c"], rows, predicted));
        return File.ReadAllBytes(path);
    }
}
