using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Fusion;

/// <summary>Made-up embeddings: a class direction and a modality direction in each row, and noise.</summary>
internal static class SyntheticEmbeddings
{
    /// <summary>Unit rows of both modalities; label_class cycles through the classes, label_a and label_b are 0/1, groups hold two rows of one
    /// class.</summary>
    internal static EmbeddingSet Make(int rows = 240, int dimension = 12, int classes = 3, bool validation = false, double signal = 1, ulong seed = 1)
    {
        var random = new SeededRandom(seed);
        var centres = Enumerable.Range(0, classes + 2).Select(_ => Gaussian(random, dimension)).ToArray();
        int Class(int row) => row / 2 % classes;
        EmbeddingMatrix Modality(int offset) => new(rows, dimension, [.. Enumerable.Range(0, rows).SelectMany(row =>
        {
            var x = Gaussian(random, dimension).Select((e, i) => e + (signal * centres[Class(row)][i]) + centres[classes + offset][i]).ToArray();
            var length = Math.Sqrt(x.Sum(v => v * v));
            return x.Select(v => (float)(v / length));
        })]);
        string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
        string[] Column(Func<int, string> cell) => [.. Enumerable.Range(0, rows).Select(cell)];
        var table = new TextTable(
            ["image_id", "group_id", "split", "label_class", "label_a", "label_b"],
            [
                Column(r => "row" + Number(r)), Column(r => "group" + Number(r / 2)),
                Column(r => (r / 2 / classes % 5) switch { 0 => "test", 1 when validation => "val", _ => "train" }),
                Column(r => "c" + Number(Class(r))), Column(r => Class(r) == 0 ? "1" : "0"), Column(r => Class(r) < 2 ? "1" : "0"),
            ],
            "synthetic.csv");
        return new(table, Modality(0), Modality(1));
    }

    private static double[] Gaussian(SeededRandom random, int length) => [.. Enumerable.Range(0, length).Select(_ => random.NextGaussian())];
}
