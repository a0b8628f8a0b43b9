using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>What the names of columns say, in whichever format they stand.</summary>
internal static class EmbeddingColumns
{
    private static readonly (string Prefix, CsvColumnKind Kind)[] Prefixes =
    [
        ("image_embedding_", CsvColumnKind.Image), ("img_emb_", CsvColumnKind.Image),
        ("text_embedding_", CsvColumnKind.Text), ("text_emb_", CsvColumnKind.Text),
    ];

    /// <summary>The modality and the number of a column such as <c>image_embedding_0</c>; null for any other name.</summary>
    internal static CsvColumn? Coordinate(string name)
    {
        foreach (var (prefix, kind) in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && IsIndex(name.AsSpan(prefix.Length), out var coordinate))
            {
                return new(kind, coordinate);
            }
        }

        return null;
    }

    /// <summary>Whether a name is a bare number, as in layout (b).</summary>
    internal static bool IsIndex(ReadOnlySpan<char> name, out int index) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out index);

    /// <summary>How many coordinates there are of a modality, each of 0… once.</summary>
    /// <exception cref="InputException">One is missing or there twice.</exception>
    internal static int Width(IEnumerable<CsvColumn> columns, CsvColumnKind kind, string file)
    {
        var coordinates = columns.Where(c => c.Kind == kind).Select(c => c.Index).Order().ToArray();
        for (var i = 0; i < coordinates.Length; i++)
        {
            if (coordinates[i] != i)
            {
                throw new InputException($"{file}: {(kind == CsvColumnKind.Image ? "image" : "text")} embedding columns end at {coordinates[^1]}, " +
                    $"but column {i} is {(coordinates[i] < i ? "double" : "missing")}; expected each of 0…{coordinates.Length - 1} once.");
            }
        }

        return coordinates.Length;
    }

    /// <summary>The names of the other columns, in which <c>ImageName</c> is called <c>image_id</c>.</summary>
    internal static string[] WithId(IEnumerable<string> columns)
    {
        string[] names = [.. columns];
        if (!names.Contains(LabelledDataset.IdColumn)
            && Array.FindIndex(names, n => n.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() is "IMAGENAME" or "IMAGEID")
            is >= 0 and var id)
        {
            names[id] = LabelledDataset.IdColumn;
        }

        return names;
    }
}
