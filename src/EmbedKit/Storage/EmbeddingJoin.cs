using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Data.Csv;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>Puts embedding sets together: two modalities of the same rows, or several shards of one data set.</summary>
public static class EmbeddingJoin
{
    /// <summary>Provenance that counts rows of one shard, and is summed.</summary>
    private static readonly string[] Counts = ["skipped_images", "truncated_texts"];

    /// <summary>Provenance that hashes rows one by one and is joined by exclusive or, so that shards have the hash of the whole.</summary>
    private const string RowHash = "images_sha256";

    /// <summary>Provenance that says which part of the rows a file holds: <c>I/N</c>.</summary>
    private const string Shard = "shard";

    /// <summary>Provenance that names where a shard's rows came from, and may differ.</summary>
    private static readonly string[] Sources = ["labels", "labels_sha256", Shard, RowHash];

    /// <summary>
    /// Joins image and text embeddings by id, in the order of the image file (of the labels, when there are any). An id
    /// that is not there as written may differ as <see cref="LooseId"/> allows: by the ending of an image file, as in the published notebooks.
    /// </summary>
    /// <param name="image">Rows with image embeddings.</param>
    /// <param name="text">Rows with text embeddings of the same ids.</param>
    /// <param name="labels">A table with <c>image_id</c> for every one of these ids, or null.</param>
    /// <exception cref="InputException">Ids that differ, an id without a label row or the reverse, a column that differs between files.</exception>
    public static EmbeddingSet Modalities(EmbeddingSet image, EmbeddingSet text, TextTable? labels = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(text);
        var (imageMatrix, textMatrix) = (image.RequireImage(), text.RequireText());
        var lead = labels ?? image.Table;
        LabelledDataset.CheckIds(lead);
        var imageRows = RowsInOrderOf(lead, image.Table);
        var textRows = RowsInOrderOf(lead, text.Table);
        var table = lead;
        foreach (var other in labels is null ? [text.Table.Select(textRows)]
            : (TextTable[])[image.Table.Select(imageRows), text.Table.Select(textRows)])
        {
            table = AddColumns(table, other);
        }

        return new(table, imageMatrix.Select(imageRows), textMatrix.Select(textRows), Provenance(image, text));
    }

    /// <summary>
    /// Puts shards of one data set, made by the same models, below each other. Shards that say which part they are come in the order of their
    /// parts, and give exactly the set that one run of all rows gives; others come in the order given.
    /// </summary>
    /// <param name="shards">At least one, with the same columns, modalities, widths and provenance; only counts and labels files may differ.</param>
    /// <exception cref="InputException">They differ, an id stands in two of them, or a part is missing.</exception>
    public static EmbeddingSet Shards(IReadOnlyList<EmbeddingSet> shards)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentOutOfRangeException.ThrowIfZero(shards.Count);
        shards = InOrder(shards);
        var first = shards[0];
        foreach (var other in shards.Skip(1))
        {
            var key = first.Provenance.Keys.Union(other.Provenance.Keys).Except(Counts).Except(Sources)
                .FirstOrDefault(k => first.Provenance.GetValueOrDefault(k) != other.Provenance.GetValueOrDefault(k));
            if (key is not null)
            {
                throw Differ(
                    first, other, $"{key} is '{first.Provenance.GetValueOrDefault(key)}' against '{other.Provenance.GetValueOrDefault(key)}'");
            }

            if (!first.Table.ColumnNames.SequenceEqual(other.Table.ColumnNames))
            {
                throw Differ(
                    first, other, $"columns {string.Join(',', first.Table.ColumnNames)} against {string.Join(',', other.Table.ColumnNames)}");
            }

            if (first.Image?.Dimension != other.Image?.Dimension || first.Text?.Dimension != other.Text?.Dimension)
            {
                throw Differ(first, other, $"widths {Widths(first)} against {Widths(other)}");
            }
        }

        CheckIds(shards);
        var columns = first.Table.ColumnNames.Select((_, c) => shards.SelectMany(s => s.Table.Columns[c]).ToArray()).ToArray();
        var source = string.Join(" + ", shards.Select(s => s.Table.Source));
        var provenance = first.Provenance.Keys.Where(key => key != Shard)
            .ToDictionary(key => key, key => Combine(key, [.. shards.Select(s => s.Provenance.GetValueOrDefault(key, ""))]));
        return new(new(first.Table.ColumnNames, columns, source), Stack(shards, s => s.Image), Stack(shards, s => s.Text), provenance);
    }

    private static void CheckIds(IReadOnlyList<EmbeddingSet> shards)
    {
        var seen = new Dictionary<string, (TextTable Table, int Row)>(StringComparer.Ordinal);
        foreach (var table in shards.Select(s => s.Table))
        {
            for (var row = 0; row < table.RowCount; row++)
            {
                var id = SameText.Of(table[LabelledDataset.IdColumn][row]);
                if (!seen.TryAdd(id, (table, row)) && seen[id] is var (other, at))
                {
                    throw new InputException(
                        $"{table.Source} row {table.FileRow(row)}: {LabelledDataset.IdColumn} '{SameText.Escaped(id)}' stands in row "
                            + $"{other.FileRow(at)} of {other.Source} already; expected shards without rows in common.");
                }
            }
        }
    }

    private static string Combine(string key, string[] values) =>
        Counts.Contains(key)
            ? values.Sum(v => long.TryParse(v, CultureInfo.InvariantCulture, out var count) ? count : 0).ToString(CultureInfo.InvariantCulture)
        : key == RowHash
        ? values.Where(v => v.Length == 64).Select(System.Convert.FromHexString).Aggregate(new byte[32], Xor, System.Convert.ToHexStringLower)
        : string.Join(" + ", values.Distinct());

    private static byte[] Xor(byte[] one, byte[] other) => [.. one.Zip(other, (a, b) => (byte)(a ^ b))];

    private static IReadOnlyList<EmbeddingSet> InOrder(IReadOnlyList<EmbeddingSet> shards)
    {
        var parts = shards.Select(s => s.Provenance.GetValueOrDefault(Shard)).ToList();
        if (parts.All(p => p is null))
        {
            return shards;
        }

        var count = parts.OfType<string>().Select(p => p.Split('/')[^1]).Distinct().ToList() is [var one]
            && int.TryParse(one, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1_000_000 ? number : 0;
        var all = Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}/{count}")).ToList();
        return parts.Count == count && all.TrueForAll(parts.Contains) ? [.. all.Select(p => shards[parts.IndexOf(p)])]
            : throw new InputException(
                $"shards {string.Join(", ", parts.Select((p, i) => $"{p ?? "none"} ({shards[i].Table.Source})"))}: not all parts of one run; "
                + $"expected {(count > 0 ? $"each of 1/{count} to {count}/{count} once" : "parts of one number, e.g. 1/2 and 2/2")}.");
    }

    private static EmbeddingMatrix? Stack(IReadOnlyList<EmbeddingSet> shards, Func<EmbeddingSet, EmbeddingMatrix?> modality)
    {
        if (modality(shards[0]) is not { } first)
        {
            return null;
        }

        (EmbeddingMatrix Matrix, int Row)[] rows =
            [.. shards.Select(s => modality(s)!).SelectMany(m => Enumerable.Range(0, m.Rows).Select(row => (m, row)))];
        var stacked = EmbeddingMatrix.Make(rows.Length, first.Dimension, (row, target) => rows[row].Matrix.CopyRow(rows[row].Row, target));
        return shards.All(s => modality(s)!.IsHalf) ? stacked.ToHalf() : stacked;
    }

    private static string Widths(EmbeddingSet set) =>
        $"{set.Image?.Dimension.ToString() ?? "none"} (image), {set.Text?.Dimension.ToString() ?? "none"} (text)";

    private static InputException Differ(EmbeddingSet a, EmbeddingSet b, string how) =>
        new(
            $"{b.Table.Source}: not a shard of the same run as {a.Table.Source}: {how}; expected shards that one command with the same models "
                + "wrote.");

    private static int[] RowsInOrderOf(TextTable lead, TextTable other)
    {
        var rows = IdIndex.Pair(lead[LabelledDataset.IdColumn], other[LabelledDataset.IdColumn], out var missing, out var extra);
        if (missing.Length + extra.Length == 0)
        {
            IdIndex.SayLoose(
                lead[LabelledDataset.IdColumn], rows.Select(row => other[LabelledDataset.IdColumn][row]), other.Source, lead.Source);
            return rows;
        }

        throw new InputException(
            $"{other.Source} and {lead.Source} do not hold the same ids: " +
            $"{Examples(missing, $"in {lead.Source} only")}; {Examples(extra, $"in {other.Source} only")}. " +
            "Expected the same ids in both; embed again what is missing, or remove what is too much.");
    }

    private static string Examples(string[] ids, string where) =>
        $"{ids.Length} {where}" + (ids.Length == 0 ? "" : $" ({SameText.Escaped(ids.Take(3))}{(ids.Length > 3 ? ", …" : "")})");

    private static TextTable AddColumns(TextTable table, TextTable other)
    {
        foreach (var column in other.ColumnNames.Where(c => c != LabelledDataset.IdColumn && !CsvColumnNames.IsByPlace(c)))
        {
            if (!table.Contains(column))
            {
                table = table.With(column, other[column]);
            }
            else if (Enumerable.Range(0, table.RowCount).FirstOrDefault(i => table[column][i] != other[column][i], -1) is >= 0 and var row)
            {
                throw new InputException(
                    $"{other.Source}: {column} of {SameText.Escaped(table[LabelledDataset.IdColumn][row])} is "
                        + $"'{SameText.Escaped(other[column][row])}' but '{SameText.Escaped(table[column][row])}' in {table.Source}; "
                        + "expected equal values. Remove the column from one of the files.");
            }
        }

        return table;
    }

    /// <summary>Keys of both files; where they differ, each is kept under <c>image.</c> or <c>text.</c>.</summary>
    private static SortedDictionary<string, string> Provenance(EmbeddingSet image, EmbeddingSet text)
    {
        var joined = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, own, other) in new[] { ("image", image.Provenance, text.Provenance), ("text", text.Provenance, image.Provenance) })
        {
            foreach (var (key, value) in own)
            {
                var clash = other.TryGetValue(key, out var theirs) && theirs != value;
                joined[clash ? $"{name}.{key}" : key] = value;
            }
        }

        return joined;
    }
}
