using System.Globalization;
using System.Text;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarks.Loading;

/// <summary>
/// Files like the published pair of BRSET's 16,266 rows, synthetic: <c>text.csv</c> with one column of bracketed lists of 4,096 float64
/// (1.37 GB) and <c>image.csv</c> with a column for each of 768 float32 (about 140 MB), printed in shortest form as Python prints them. Beside
/// them the pair as Parquet, in both precisions.
/// </summary>
internal sealed class PublishedPair(string folder, int rows)
{
    internal const int Rows = 16_266;
    internal const int TextWidth = 4096;
    internal const int ImageWidth = 768;

    internal string Text => Path.Combine(folder, "text.csv");

    internal string Image => Path.Combine(folder, "image.csv");

    internal string Parquet => Path.Combine(folder, "pair.parquet");

    internal string Half => Path.Combine(folder, "pair-half.parquet");

    /// <summary>Writes what is not there yet.</summary>
    internal void Write()
    {
        Directory.CreateDirectory(folder);
        Once(Text, stream => WriteText(stream, new(1)));
        Once(Image, stream => WriteImage(stream, new(2)));
        if (!File.Exists(Half))
        {
            var set = EmbeddingJoin.Modalities(EmbeddingFile.Read(Image), EmbeddingFile.Read(Text));
            EmbeddingFile.Write(Parquet, set);
            EmbeddingFile.Write(Half, set.ToHalf());
        }
    }

    private static void Once(string path, Action<Stream> write)
    {
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, write);
        }
    }

    private static void Print<T>(Stream stream, T value)
        where T : IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[40];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        text[..length].Replace((byte)'E', (byte)'e');
        stream.Write(text[..length]);
    }

    private void WriteText(Stream stream, SeededRandom random)
    {
        stream.Write("image_id,embeddings\n"u8);
        for (var row = 0; row < rows; row++)
        {
            stream.Write(Encoding.UTF8.GetBytes($"img{row:00000},\"["));
            for (var i = 0; i < TextWidth; i++)
            {
                stream.Write(i == 0 ? ""u8 : ", "u8);
                Print(stream, random.NextGaussian());
            }

            stream.Write("]\"\n"u8);
        }
    }

    private void WriteImage(Stream stream, SeededRandom random)
    {
        stream.Write(Encoding.UTF8.GetBytes($"ImageName,{string.Join(',', Enumerable.Range(0, ImageWidth))}\n"));
        for (var row = 0; row < rows; row++)
        {
            stream.Write(Encoding.UTF8.GetBytes($"img{row:00000}.jpg"));
            for (var i = 0; i < ImageWidth; i++)
            {
                stream.Write(","u8);
                Print(stream, (float)random.NextGaussian());
            }

            stream.Write("\n"u8);
        }
    }
}
