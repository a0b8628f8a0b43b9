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
    internal const string ImageColumn = "image_embedding";
    internal const string TextColumn = "text_embedding";

    /// <summary>Floats in one row group: 16 MB a modality, which bounds what reader and writer hold beside the matrix.</summary>
    private const int FloatsPerRowGroup = 1 << 22;

    internal static void Write(Stream stream, EmbeddingRows rows)
    {
        var columns = rows.Table.ColumnNames.Select(name => new Column<string>(name).CreateSchemaNode()).ToList();
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(Compression.Zstd).DisableStatistics().MaxRowGroupLength(int.MaxValue);
        foreach (var (name, vectors) in Modalities(rows))
        {
            // Embeddings look random to a compressor and never repeat: a dictionary bloats the file, and compression saves 8 %.
            columns.Add(vectors.Half ? ParquetVectors.HalfColumn(name) : new Column<float[]>(name).CreateSchemaNode());
            builder.DisableDictionary($"{name}.list.item").Compression($"{name}.list.item", Compression.Uncompressed);
        }

        var metadata = rows.Provenance.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(EmbeddingFile.MetadataPrefix + p.Key, p.Value));
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

    internal static EmbeddingSet Read(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            using var file = new ParquetFileReader(path);
            return Read(file, name);
        }
        catch (ParquetException error)
        {
            var cause = error.Message.ReplaceLineEndings(" ");
            throw new InputException($"{name}: not a readable Parquet file ({cause}); expected one written by this program or pyarrow.", error);
        }
    }

    private static EmbeddingSet Read(ParquetFileReader file, string name)
    {
        var metadata = file.FileMetaData;
        var rows = checked((int)metadata.NumRows);
        if (rows == 0)
        {
            throw new InputException($"{name}: no rows; expected at least one.");
        }

        var cells = new List<(string Name, string[] Cells)>();
        var vectors = new Dictionary<string, EmbeddingMatrix>();
        for (var c = 0; c < metadata.NumColumns; c++)
        {
            var root = metadata.Schema.Column(c);
            using var path = root.Path;
            var column = path.ToDotVector()[0];
            if (column is ImageColumn or TextColumn)
            {
                vectors[column] = ParquetVectors.Read(file, c, rows, column, name);
            }
            else if (root.MaxRepetitionLevel == 0)
            {
                cells.Add((column, ReadCells(file, c, rows)));
            }
        }

        var provenance = metadata.KeyValueMetadata.Where(p => p.Key.StartsWith(EmbeddingFile.MetadataPrefix, StringComparison.Ordinal))
            .ToDictionary(p => p.Key[EmbeddingFile.MetadataPrefix.Length..], p => p.Value);
        var table = new TextTable([.. cells.Select(c => c.Name)], [.. cells.Select(c => c.Cells)], name);
        return new(table, vectors.GetValueOrDefault(ImageColumn), vectors.GetValueOrDefault(TextColumn), provenance);
    }

    private static IEnumerable<(string Name, VectorColumn Vectors)> Modalities(EmbeddingRows rows)
    {
        if (rows.Image is not null)
        {
            yield return (ImageColumn, rows.Image);
        }

        if (rows.Text is not null)
        {
            yield return (TextColumn, rows.Text);
        }
    }

    private static string[] ReadCells(ParquetFileReader file, int index, int rows)
    {
        var cells = new string[rows];
        var done = 0;
        for (var g = 0; g < file.FileMetaData.NumRowGroups; g++)
        {
            using var group = file.RowGroup(g);
            using var column = group.Column(index);
            using var reader = column.LogicalReader();
            var count = checked((int)group.MetaData.NumRows);
            reader.Apply(new TextOfCells(cells.AsMemory(done, count)));
            done += count;
        }

        return cells;
    }

    /// <summary>Reads a column of any plain type as text, in invariant form; a null is an empty cell.</summary>
    private sealed class TextOfCells(Memory<string> cells) : ILogicalColumnReaderVisitor<bool>
    {
        public bool OnLogicalColumnReader<TValue>(LogicalColumnReader<TValue> columnReader)
        {
            var values = columnReader.ReadAll(cells.Length);
            for (var i = 0; i < values.Length; i++)
            {
                cells.Span[i] = values[i] switch
                {
                    null => "",
                    string text => text,
                    IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                    var other => other.ToString() ?? "",
                };
            }

            return true;
        }
    }
}
