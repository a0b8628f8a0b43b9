using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Storage;

public sealed class HalfPrecisionTests : IDisposable
{
    private static readonly PythonPeer Numpy = new("numpy", "apt-get install python3-numpy");
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-half-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Numbers_are_rounded_as_NumPy_rounds_them()
    {
        // Every finite half's neighbourhood: itself, the middle to the next, and one float32 to either side of that.
        uint[] bits = [.. Enumerable.Range(0, 0x7bff).SelectMany(h =>
        {
            var (low, high) = ((float)BitConverter.UInt16BitsToHalf((ushort)h), (float)BitConverter.UInt16BitsToHalf((ushort)(h + 1)));
            var middle = BitConverter.SingleToUInt32Bits((low + high) / 2);
            return (uint[])[BitConverter.SingleToUInt32Bits(low), middle - 1, middle, middle + 1, middle ^ 0x80000000];
        })];
        float[] values = [.. bits.Select(BitConverter.UInt32BitsToSingle)];

        var expected = Numpy.Run(Path.Combine(AppContext.BaseDirectory, "Golden", "float16", "float16_reference.py"), [], string.Join('\n', bits));
        var rounded = new EmbeddingMatrix(1, values.Length, values).ToHalf().Values;

        Assert.Equal(expected.EnumerateArray().Select(e => e.GetUInt16()), rounded.Select(v => BitConverter.HalfToUInt16Bits((Half)v)));
    }

    [Fact]
    public void Parquet_keeps_half_precision_bit_for_bit_in_half_the_bytes()
    {
        var set = Random(9_000, 512, 3);
        EmbeddingFile.Write(At("single.parquet"), set);
        EmbeddingFile.Write(At("half.parquet"), set.ToHalf());
        var read = EmbeddingFile.Read(At("half.parquet"));

        Assert.True(read.Image!.IsHalf && read.Text!.IsHalf);
        Assert.Equal(set.Image!.Values.Select(v => (float)(Half)v), read.Image.Values);
        Assert.Equal(set.Text!.Values.Select(v => (float)(Half)v), read.Text.Values);
        Assert.InRange(new FileInfo(At("half.parquet")).Length, 0, 0.52 * new FileInfo(At("single.parquet")).Length);
    }

    [Fact]
    public void Selections_and_shards_stay_in_half_precision()
    {
        var half = Random(10, 4, 2).ToHalf();
        EmbeddingFile.Write(At("some.parquet"), half.Select([7, 2]));
        var some = EmbeddingFile.Read(At("some.parquet"));
        var stacked = EmbeddingJoin.Shards([half.Select([0, 1, 2]), half.Select([3, 4, 5, 6, 7, 8, 9])]);

        Assert.Equal(half.Image!.Select([7, 2]).Values, some.Image!.Values);
        Assert.True(some.Image.IsHalf && stacked.Image!.IsHalf);
        Assert.Equal(half.Text!.Values, stacked.Text!.Values);
    }

    [Fact]
    public void A_value_too_large_for_the_file_is_refused()
    {
        var rows = new EmbeddingRows(
            new(["image_id"], [["a"]]), new(2, (_, values) => values.Fill(1e5f), Half: true), null, new Dictionary<string, string>());

        Assert.Contains(
            "65,504", Assert.Throws<InputException>(() => EmbeddingFile.Write(At("large.parquet"), rows)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private static EmbeddingSet Random(int rows, int image, int text)
    {
        var random = new SeededRandom(7);
        EmbeddingMatrix Matrix(int d) => EmbeddingMatrix.Make(rows, d, (_, row) =>
        {
            foreach (ref var value in row)
            {
                value = (float)random.NextGaussian();
            }
        });
        return new(new(["image_id"], [[.. Enumerable.Range(0, rows).Select(i => $"{i}")]]), Matrix(image), Matrix(text));
    }

    private string At(string name) => Path.Combine(_folder, name);
}
