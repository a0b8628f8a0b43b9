using EmbedKit.Runtime;
using ParquetSharp;

namespace EmbedKit.Storage;

/// <summary>
/// What each column of an embeddings Parquet file holds: a list column <c>image_embedding</c> or <c>text_embedding</c>, a coordinate
/// (<c>image_embedding_0…</c>, as in CSV), a cell, or nothing that a table can hold, which is left out and named.
/// </summary>
internal sealed class ParquetLayout
{
    internal const string ImageColumn = "image_embedding";
    internal const string TextColumn = "text_embedding";
    private const int NamesShown = 20;

    internal ParquetLayout(SchemaDescriptor schema, string file)
    {
        var columns = Columns(schema);
        (Image, Text) = (Vectors(columns, ImageColumn, file), Vectors(columns, TextColumn, file));
        var rest = columns.Where(c => c.Name is not (ImageColumn or TextColumn)).ToList();
        var bare = Image is null && Text is null && !rest.Exists(c => EmbeddingColumns.Coordinate(c.Name) is not null);
        CsvColumn? Place(ParquetColumn column) => EmbeddingColumns.Coordinate(column.Name)
            ?? (bare && column.Shape == ParquetShape.Plain && EmbeddingColumns.IsIndex(column.Name, out var index) ? new(CsvColumnKind.Image, index)
                : null);
        Coordinates = [.. rest.Where(c => Place(c) is not null).Select(c => c is { Shape: ParquetShape.Plain, Type.IsNumber: true }
            ? (c, Place(c)!.Value)
            : throw new InputException($"{file}: column {c.Name} is {c.Kind}; expected numbers, one value of each vector."))];
        ImageDimension = EmbeddingColumns.Width(Coordinates.Select(c => c.Place), CsvColumnKind.Image, file);
        TextDimension = EmbeddingColumns.Width(Coordinates.Select(c => c.Place), CsvColumnKind.Text, file);
        if ((Image is not null && ImageDimension > 0) || (Text is not null && TextDimension > 0))
        {
            throw new InputException(
                $"{file}: both {(Image is not null && ImageDimension > 0 ? ImageColumn : TextColumn)} and numbered columns of it; expected one of "
                    + "them.");
        }

        if (Image is null && Text is null && Coordinates.Count == 0)
        {
            string[] lists = [.. rest.Where(c => c is { Shape: ParquetShape.List, Type.IsNumber: true }).Select(c => $"{c.Name} ({c.Kind})")];
            throw new InputException(
                $"{file}: neither image nor text embeddings; expected a column {ImageColumn} or {TextColumn} with a list of numbers in each row, "
                    + $"or {ImageColumn}_0…, {TextColumn}_0…. "
                    + (lists.Length == 0 ? "No column holds lists of numbers."
                        : $"Columns with lists of numbers: {Some(lists)}; rename the right one."));
        }

        Cells = [.. rest.Where(c => c is { Shape: ParquetShape.Plain, Type.HasText: true } && Place(c) is null)];
        string[] left = [.. rest.Where(c => c is not { Shape: ParquetShape.Plain, Type.HasText: true }).Select(c => $"{c.Name} ({c.Kind})")];
        if (left.Length > 0)
        {
            InputNotes.Say($"{file}: left out columns that a table cannot hold: {Some(left)}.");
        }
    }

    /// <summary>The list column of image embeddings, or null.</summary>
    internal ParquetColumn? Image { get; }

    /// <summary>The list column of text embeddings, or null.</summary>
    internal ParquetColumn? Text { get; }

    /// <summary>Columns with a coordinate of each vector.</summary>
    internal IReadOnlyList<(ParquetColumn Column, CsvColumn Place)> Coordinates { get; }

    /// <summary>D where image embeddings have a column a coordinate, else 0.</summary>
    internal int ImageDimension { get; }

    /// <summary>D' where text embeddings have a column a coordinate, else 0.</summary>
    internal int TextDimension { get; }

    /// <summary>Columns of cells.</summary>
    internal IReadOnlyList<ParquetColumn> Cells { get; }

    private static string Some(string[] names) =>
        string.Join(", ", names.Take(NamesShown)) + (names.Length > NamesShown ? $", … ({names.Length} in all)" : "");

    private static ParquetColumn? Vectors(List<ParquetColumn> columns, string name, string file) => columns.Find(c => c.Name == name) is var column
        && column is null or { Shape: ParquetShape.List, Type.IsNumber: true }
            ? column
            : throw new InputException($"{file}: column {name} is {column.Kind}; expected a list of numbers in each row.");

    /// <summary>The columns of the top level, in their order.</summary>
    private static List<ParquetColumn> Columns(SchemaDescriptor schema)
    {
        var columns = new List<ParquetColumn>();
        for (var i = 0; i < schema.NumColumns; i++)
        {
            var leaf = schema.Column(i);
            using var path = leaf.Path;
            var parts = path.ToDotVector();
            if (columns.Count > 0 && parts.Length > 1 && columns[^1].Name == parts[0])
            {
                columns[^1] = columns[^1] with { Shape = ParquetShape.Nested };
                continue;
            }

            // A list is written as list.element, by old writers as one repeated field; deeper ones hold lists or structures themselves.
            using var root = schema.ColumnRoot(i);
            using var logical = root.LogicalType;
            var shape = leaf.MaxRepetitionLevel == 0 && parts.Length == 1 ? ParquetShape.Plain
                : leaf.MaxRepetitionLevel == 1 && (parts.Length == 1 || (parts.Length <= 3 && logical is ListLogicalType)) ? ParquetShape.List
                : ParquetShape.Nested;
            columns.Add(new(i, parts[0], shape, new(leaf)));
        }

        return columns;
    }
}

/// <summary>How many values a column has in each row.</summary>
internal enum ParquetShape
{
    /// <summary>One, or none.</summary>
    Plain,

    /// <summary>A list.</summary>
    List,

    /// <summary>A structure, a map, a list of lists.</summary>
    Nested,
}

/// <summary>A column of the top level.</summary>
/// <param name="Index">The number of its first column of values.</param>
/// <param name="Name">Its name.</param>
/// <param name="Shape">How many values it has in each row.</param>
/// <param name="Type">What they are.</param>
internal sealed record ParquetColumn(int Index, string Name, ParquetShape Shape, ParquetColumnType Type)
{
    /// <summary>The type in words, for messages.</summary>
    internal string Kind => Shape switch { ParquetShape.Plain => Type.Name, ParquetShape.List => $"list of {Type.Name}", _ => "nested" };
}
