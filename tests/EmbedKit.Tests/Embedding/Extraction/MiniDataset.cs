using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Tests.Embedding.Images;
using NetVips;

namespace EmbedKit.Tests.Embedding.Extraction;

/// <summary>Twelve rows: images of several sizes with and without ending in their id, five texts of several lengths, a label, a split, a
/// group.</summary>
internal sealed class MiniDataset
{
    internal const int Rows = 12;
    private static readonly string[] Sentences = ["nevus", "lesion nevus", "nevus", "lesion 1 2", "aabbc"];

    internal MiniDataset(string folder)
    {
        (Labels, Images) = (Path.Combine(folder, "labels.csv"), Path.Combine(folder, "images"));
        Directory.CreateDirectory(Path.Combine(Images, "sub"));
        Ids = [.. Enumerable.Range(0, Rows)
            .Select(i => i == 3 ? "sub/i3.png" : string.Create(CultureInfo.InvariantCulture, $"i{i}") + (i % 3 == 0 ? ".png" : ""))];
        for (var i = 0; i < Rows; i++)
        {
            var pattern = PillowReference.Pattern(5 + i, 20 - i);
            using var image = Image.NewFromMemory(pattern.Pixels, pattern.Width, pattern.Height, 3, Enums.BandFormat.Uchar);
            image.WriteToFile(ImageOf(i));
        }

        Write();
    }

    internal string Labels { get; }

    internal string Images { get; }

    internal string[] Ids { get; }

    internal string ImageOf(int row) => Path.Combine(Images, Ids[row].EndsWith(".png", StringComparison.Ordinal) ? Ids[row] : Ids[row] + ".png");

    /// <summary>Writes the labels, after changes to a column if any.</summary>
    internal void Write(Func<TextTable, TextTable>? change = null)
    {
        var table = new TextTable(
            ["image_id", "text", "label_x", "group_id", "split", "note"],
            [
                Ids,
                [.. Enumerable.Range(0, Rows).Select(i => Sentences[i % Sentences.Length])],
                [.. Enumerable.Range(0, Rows).Select(i => i % 2 == 0 ? "yes" : "no")],
                [.. Enumerable.Range(0, Rows).Select(i => $"g{i / 2}")],
                [.. Enumerable.Range(0, Rows).Select(i => i < 8 ? "train" : "test")],
                [.. Enumerable.Range(0, Rows).Select(i => $"n{i}")],
            ]);
        (change?.Invoke(table) ?? table).Write(Labels);
    }
}
