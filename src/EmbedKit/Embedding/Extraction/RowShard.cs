using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// One of N parts of a labels file, as <c>--shard I/N</c>: rows ⌊(I−1)·n/N⌋ to ⌊I·n/N⌋ − 1 of n, so that parts differ by one row at most and,
/// put below each other in order, are the whole file in its order.
/// </summary>
public sealed record RowShard
{
    /// <summary>Names a part.</summary>
    /// <param name="number">I, 1 to N.</param>
    /// <param name="count">N, at least 1.</param>
    /// <exception cref="InputException">Out of range.</exception>
    public RowShard(int number, int count)
    {
        if (number < 1 || number > count)
        {
            throw new InputException($"shard {number}/{count}: no such part; expected I/N with 1 ≤ I ≤ N, e.g. 1/4.");
        }

        (Number, Count) = (number, count);
    }

    /// <summary>I.</summary>
    public int Number { get; }

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>Reads <c>I/N</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InputException">It is not.</exception>
    public static RowShard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var i, var n]
            && int.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? new(number, count)
                : throw new InputException($"shard '{text}': not a part; expected I/N with 1 ≤ I ≤ N, e.g. 1/4.");
    }

    /// <summary>The part's rows of a file.</summary>
    /// <param name="rows">n, the rows of the file.</param>
    /// <returns>The first row, 0-based, and how many.</returns>
    /// <exception cref="InputException">There are fewer rows than parts.</exception>
    public (int First, int Count) RowsOf(int rows)
    {
        if (rows < Count)
        {
            throw new InputException($"shard {this}: the labels have only {NumberText.Count(rows, "row")}; expected at most as many shards.");
        }

        var (first, end) = ((long)(Number - 1) * rows / Count, (long)Number * rows / Count);
        return ((int)first, (int)(end - first));
    }

    /// <summary>I/N.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
