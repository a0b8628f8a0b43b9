using EmbedKit.Data.Csv;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>What each column of an embeddings CSV holds.</summary>
internal sealed class CsvEmbeddingLayout
{
    internal CsvEmbeddingLayout(CsvFile csv)
    {
        (File, Header) = (csv, CsvColumnNames.Complete(csv.Header.Names));
        var file = csv.Name;
        Columns = [.. Describe()];
        ImageDimension = EmbeddingColumns.Width(Columns, CsvColumnKind.Image, file);
        TextDimension = EmbeddingColumns.Width(Columns, CsvColumnKind.Text, file);
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

        var names = EmbeddingColumns.WithId(Header.Where((_, c) => Columns[c].Kind == CsvColumnKind.Cell));
        (CellNames, GivenNames) =
            (names, [.. names.Select(n => Array.IndexOf(Header, n) is >= 0 and var c && csv.Header.Names[c].Length == 0 ? "" : n)]);
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
        var prefixed = Header.Any(h => EmbeddingColumns.Coordinate(h) is not null);
        foreach (var name in Header)
        {
            yield return EmbeddingColumns.Coordinate(name) is { } coordinate ? coordinate
                : !prefixed && EmbeddingColumns.IsIndex(name, out var bare) ? new(CsvColumnKind.Image, bare)
                : name == "embeddings" ? new(CsvColumnKind.TextList, 0)
                : new(CsvColumnKind.Cell, cells++);
        }
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
