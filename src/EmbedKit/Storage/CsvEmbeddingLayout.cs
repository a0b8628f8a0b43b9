using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Data.Csv;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>What each column of an embeddings CSV holds.</summary>
internal sealed class CsvEmbeddingLayout
{
    private static readonly (string Prefix, CsvColumnKind Kind)[] Prefixes =
    [
        ("image_embedding_", CsvColumnKind.Image), ("img_emb_", CsvColumnKind.Image),
        ("text_embedding_", CsvColumnKind.Text), ("text_emb_", CsvColumnKind.Text),
    ];

    internal CsvEmbeddingLayout(CsvFile csv)
    {
        (File, Header) = (csv, CsvColumnNames.Complete(csv.Header.Names));
        var file = csv.Name;
        Columns = [.. Describe()];
        ImageDimension = CheckCoordinates(CsvColumnKind.Image);
        TextDimension = CheckCoordinates(CsvColumnKind.Text);
        HasList = Columns.Any(c => c.Kind == CsvColumnKind.TextList);
        if (ImageDimension == 0 && TextDimension == 0 && !HasList)
        {
            throw new InputException($"{file}: no embedding columns; expected image_embedding_0…, text_embedding_0… (or img_emb_0…, text_emb_0…), " +
                "columns named 0,1,2,… beside ImageName, or one column 'embeddings' with lists.");
        }

        if (HasList && TextDimension > 0)
        {
            throw new InputException($"{file}: both 'embeddings' and numbered text columns; expected one of them.");
        }

        var names = Header.Where((_, c) => Columns[c].Kind == CsvColumnKind.Cell).ToArray();
        var id = Array.IndexOf(names, LabelledDataset.IdColumn);
        id = id >= 0 ? id : Array.FindIndex(names, n => n.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() is "IMAGENAME" or "IMAGEID");
        if (id >= 0)
        {
            names[id] = LabelledDataset.IdColumn;
        }

        (CellNames, GivenNames) = (names, [.. names.Select(n => Array.IndexOf(Header, n) is >= 0 and var c && csv.Header.Names[c].Length == 0 ? "" : n)]);
    }

    internal CsvFile File { get; }

    /// <summary>The names of the columns; those that have none in the file are named by their place.</summary>
    internal string[] Header { get; }

    internal CsvColumn[] Columns { get; }

    /// <summary>D, or 0.</summary>
    internal int ImageDimension { get; }

    /// <summary>D' when text has a column a coordinate, else 0.</summary>
    internal int TextDimension { get; }

    internal bool HasList { get; }

    /// <summary>Names of the columns that are no embeddings; <c>ImageName</c> is called <c>image_id</c>.</summary>
    internal string[] CellNames { get; }

    /// <summary>The same; empty for those without a name in the file.</summary>
    internal string[] GivenNames { get; }

    /// <summary>Bare numbers are coordinates only where no name says so better: beside layout (a) they may be one-hot labels.</summary>
    private IEnumerable<CsvColumn> Describe()
    {
        var cells = 0;
        var prefixed = Header.Any(h => Coordinate(h) is not null);
        foreach (var name in Header)
        {
            yield return Coordinate(name) is { } coordinate ? coordinate
                : !prefixed && IsIndex(name, out var bare) ? new(CsvColumnKind.Image, bare)
                : name == "embeddings" ? new(CsvColumnKind.TextList, 0)
                : new(CsvColumnKind.Cell, cells++);
        }
    }

    private static CsvColumn? Coordinate(string name)
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

    private static bool IsIndex(ReadOnlySpan<char> text, out int index) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);

    private int CheckCoordinates(CsvColumnKind kind)
    {
        var coordinates = Columns.Where(c => c.Kind == kind).Select(c => c.Index).Order().ToArray();
        for (var i = 0; i < coordinates.Length; i++)
        {
            if (coordinates[i] != i)
            {
                throw new InputException($"{File.Name}: {(kind == CsvColumnKind.Image ? "image" : "text")} embedding columns end at {coordinates[^1]}, " +
                    $"but column {i} is {(coordinates[i] < i ? "double" : "missing")}; expected each of 0…{coordinates.Length - 1} once.");
            }
        }

        return coordinates.Length;
    }
}

/// <summary>What a CSV column holds.</summary>
internal enum CsvColumnKind : byte
{
    Cell,
    Image,
    Text,
    TextList,
}

/// <summary>One column: its kind, and its number among the cells or its coordinate in the vector.</summary>
internal readonly record struct CsvColumn(CsvColumnKind Kind, int Index);
