using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EmbedKit.Data;
using EmbedKit.Data.Csv;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>Embeddings as CSV; the layouts stand at <see cref="EmbeddingFile"/>.</summary>
internal static class CsvEmbeddings
{

    internal static EmbeddingSet Read(string path)
    {
        using var file = CsvFile.Open(path);
        var layout = new CsvEmbeddingLayout(file);
        return Join(layout, file.Parse(() => new CsvEmbeddingParser(layout)), ReadProvenance(path));
    }

    internal static void Write(string path, EmbeddingRows rows) => FileGroup.Write(EmbeddingFile.FilesOf(path), staged =>
    {
        AtomicFile.Write(staged[0], stream => Write(stream, rows));
        if (rows.Provenance.Count > 0)
        {
            var sorted = new SortedDictionary<string, string>(rows.Provenance.ToDictionary(), StringComparer.Ordinal);
            JsonStyle.Write(staged[1], sorted);
        }
    });

    private static EmbeddingSet Join(CsvEmbeddingLayout layout, (List<CsvEmbeddingParser>, int[]?) parsed, Dictionary<string, string> provenance)
    {
        var (blocks, fileRows) = parsed;
        var rows = blocks.Sum(b => b.Rows);
        var textDimension = blocks[0].TextDimension;
        for (var (b, row) = (0, 0); b < blocks.Count; row += blocks[b++].Rows)
        {
            if (blocks[b].TextDimension != textDimension)
            {
                throw new InputException(
                    $"{layout.File.Name} row {fileRows?[row] ?? row + 2}: a list of {NumberText.Count(blocks[b].TextDimension, "value")}; expected "
                        + $"{textDimension}, as in the rows before.");
            }
        }

        var cells = layout.CellNames.Select((_, c) => blocks.SelectMany(b => b.Cells[c]).ToArray()).ToArray();
        var image = Matrix(blocks, rows, layout.ImageDimension, b => b.Image, layout.File.Name);
        var text = Matrix(blocks, rows, textDimension, b => b.Text, layout.File.Name);
        return new(TextTable.OfFile(layout.CellNames, layout.GivenNames, cells, layout.File.Name, fileRows), image, text, provenance);
    }

    private static EmbeddingMatrix? Matrix(
        List<CsvEmbeddingParser> blocks, int rows, int dimension, Func<CsvEmbeddingParser, float[]> values, string file)
    {
        if (dimension == 0)
        {
            return null;
        }

        var all = EmbeddingMatrix.Allocate<float>(rows, dimension, file);
        var at = 0;
        foreach (var block in blocks)
        {
            values(block).AsSpan(0, block.Rows * dimension).CopyTo(all.AsSpan(at));
            at += block.Rows * dimension;
        }

        return new(rows, dimension, all);
    }

    private static Dictionary<string, string> ReadProvenance(string path)
    {
        var sidecar = path + EmbeddingFile.ProvenanceEnding;
        if (!File.Exists(sidecar))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(
                RegularFile.ReadText(sidecar, "the provenance of the embeddings beside it as JSON")) ?? [];
        }
        catch (JsonException error)
        {
            throw new InputException(
                $"{Path.GetFileName(sidecar)}: not JSON of names and texts ({error.Message}); delete the file to read the embeddings without it.",
                error);
        }
    }

    private static void Write(Stream stream, EmbeddingRows rows)
    {
        var table = rows.Table;
        var header = table.ColumnNames.Select(TextTable.NameText)
            .Concat(Enumerable.Range(0, rows.Image?.Dimension ?? 0).Select(i => $"image_embedding_{i}"))
            .Concat(Enumerable.Range(0, rows.Text?.Dimension ?? 0).Select(i => $"text_embedding_{i}"));
        stream.Write(Encoding.UTF8.GetBytes(string.Join(',', header) + "\n"));
        var line = new ArrayBufferWriter<byte>();
        var columns = new[] { rows.Image, rows.Text }.OfType<VectorColumn>().Select(c => (c, new float[c.Dimension])).ToArray();
        for (var row = 0; row < table.RowCount; row++)
        {
            line.ResetWrittenCount();
            for (var c = 0; c < table.Columns.Count; c++)
            {
                Encoding.UTF8.GetBytes(c > 0 ? "," + TextTable.CellText(table.Columns[c][row]) : TextTable.CellText(table.Columns[c][row]), line);
            }

            foreach (var (vectors, vector) in columns)
            {
                vectors.Read(row, vector);
                foreach (var value in vector)
                {
                    var room = line.GetSpan(32);
                    room[0] = (byte)',';
                    value.TryFormat(room[1..], out var length, default, CultureInfo.InvariantCulture);
                    line.Advance(1 + length);
                }
            }

            line.GetSpan(1)[0] = (byte)'\n';
            line.Advance(1);
            stream.Write(line.WrittenSpan);
        }
    }
}
