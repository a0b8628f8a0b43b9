using EmbedKit.Data;
using EmbedKit.Runtime;
using ParquetSharp;
using ParquetSharp.Schema;

namespace EmbedKit.Storage;

/// <summary>
/// Embeddings as Parquet. Vectors go through the low-level column interface, straight between the matrix and the pages, because an array
/// object for each row costs more time than the file itself.
/// </summary>
internal static class ParquetEmbeddings
{
    /// <summary>Floats in one row group: 16 MB a modality, which bounds what reader and writer hold beside the matrix.</summary>
    private const int FloatsPerRowGroup = 1 << 22;

    internal static void Write(Stream stream, EmbeddingRows rows)
    {
        var columns = rows.Table.ColumnNames.Select(name => new Column<string>(name).CreateSchemaNode()).ToList();
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(Compression.Zstd).DisableStatistics().EnablePageChecksum().MaxRowGroupLength(int.MaxValue);
        foreach (var (name, vectors) in Modalities(rows))
        {
            // Embeddings look random to a compressor and never repeat: a dictionary bloats the file, and compression saves 8 %.
            columns.Add(vectors.Half ? ParquetVectors.HalfColumn(name) : new Column<float[]>(name).CreateSchemaNode());
            builder.DisableDictionary($"{name}.list.item").Compression($"{name}.list.item", Compression.Uncompressed);
        }

        var metadata = rows.Provenance.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(EmbeddingFile.MetadataPrefix + p.Key, p.Value));
        using var properties = builder.Build();
        using var schema = new GroupNode("schema", Repetition.Required, columns);
        columns.ForEach(node => node.Dispose());
        using var file = new ParquetFileWriter(stream, schema, properties, new Dictionary<string, string>(metadata), leaveOpen: true);
        var step = Math.Max(1, FloatsPerRowGroup / Modalities(rows).Max(m => m.Vectors.Dimension));
        var values = Array.Empty<float>();
        for (var start = 0; start < rows.Table.RowCount; start += step)
        {
            var count = Math.Min(step, rows.Table.RowCount - start);
            using var group = file.AppendRowGroup();
            foreach (var cells in rows.Table.Columns)
            {
                using var column = group.NextColumn();
                using var writer = column.LogicalWriter<string>();
                writer.WriteBatch(cells.AsSpan(start, count));
            }

            foreach (var (name, vectors) in Modalities(rows))
            {
                var length = count * vectors.Dimension;
                values = values.Length < length ? new float[length] : values;
                vectors.Read(start, values.AsSpan(0, length));
                using var column = group.NextColumn();
                ParquetVectors.Write(column, values.AsSpan(0, length), vectors.Dimension, name);
            }
        }

        file.Close();
    }

    internal static EmbeddingSet Read(string path) => ParquetInput.Read(path, "embeddings as this program or pyarrow writes them", Read);

    private static EmbeddingSet Read(ParquetFileReader file, string name, long allowed)
    {
        var metadata = file.FileMetaData;
        var rows = checked((int)metadata.NumRows);
        var layout = new ParquetLayout(metadata.Schema, name);
        if (rows == 0)
        {
            throw new InputException($"{name}: no rows; expected at least one.");
        }

        var reader = new ParquetCells(file, name, rows, allowed);
        string[] names = EmbeddingColumns.WithId(layout.Cells.Select(c => c.Name));
        var table = new TextTable(names, [.. layout.Cells.Select(c => reader.Read(c.Index, c.Name, c.Type))], name, [.. Enumerable.Range(1, rows)]);
        string Place(int row) =>
            $"{name} row {row + 1}{(table.Contains(LabelledDataset.IdColumn) ? $" ({table[LabelledDataset.IdColumn][row]})" : "")}";
        var matrices = new ParquetMatrix(file, rows, allowed, Place);
        EmbeddingMatrix? Matrix(ParquetColumn? list, CsvColumnKind kind, int dimension) =>
            list is not null ? matrices.Lists(list.Index, list.Name, list.Type)
            : dimension > 0 ? matrices.Coordinates([.. layout.Coordinates.Where(c => c.Place.Kind == kind).Select(c => (c.Column, c.Place.Index))])
            : null;
        var image = Matrix(layout.Image, CsvColumnKind.Image, layout.ImageDimension);
        var text = Matrix(layout.Text, CsvColumnKind.Text, layout.TextDimension);
        var provenance = metadata.KeyValueMetadata.Where(p => p.Key.StartsWith(EmbeddingFile.MetadataPrefix, StringComparison.Ordinal))
            .ToDictionary(p => p.Key[EmbeddingFile.MetadataPrefix.Length..], p => p.Value);
        return new(table, image, text, provenance);
    }

    private static IEnumerable<(string Name, VectorColumn Vectors)> Modalities(EmbeddingRows rows)
    {
        if (rows.Image is not null)
        {
            yield return (ParquetLayout.ImageColumn, rows.Image);
        }

        if (rows.Text is not null)
        {
            yield return (ParquetLayout.TextColumn, rows.Text);
        }
    }
}
