using System.Text.Json;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using ParquetSharp;

namespace EmbedKit.Protocols.Sweep;

/// <summary>
/// <see cref="SweepPredictions"/> as Parquet: one row per model × evaluated split × row, which any data frame library reads. Labels are class
/// names; for several labels 0 and 1 a label, in the order of the file's metadata <c>embedkit.classes</c>. Repetition compresses away: 126
/// models on 450 rows take about as much room as one.
/// </summary>
internal static class SweepPredictionFile
{
    private const string TaskKey = "embedkit.task";
    private const string ClassesKey = "embedkit.classes";

    /// <summary>Rows handed to the writer at once, which bounds what it holds.</summary>
    private const int RowsPerGroup = 1 << 18;

    private const int GroupColumn = 9;

    private static readonly Column[] Columns =
    [
        new Column<string>("fusion"), new Column<string>("hidden"), new Column<string>("aligner"), new Column<double?>("lambda"),
        new Column<double>("sigma"),
        new Column<int>("seed"), new Column<int>("fold"), new Column<string>("split"), new Column<string>("image_id"),
        new Column<string?>("group_id"),
        new Column<string>("y_true"), new Column<string>("y_pred"),
    ];

    internal static void Write(string path, SweepPredictions predictions) => AtomicFile.Write(path, stream =>
    {
        using var builder = new WriterPropertiesBuilder();
        using var properties = builder.Compression(Compression.Zstd).DisableStatistics().EnablePageChecksum().Build();
        var metadata = new Dictionary<string, string>
        {
            [ClassesKey] = JsonSerializer.Serialize(predictions.Classes),
            [TaskKey] = predictions.Task.ToString(),
        };
        using var file = new ParquetFileWriter(stream, Columns, null, properties, metadata, leaveOpen: true);
        List<(SweepModel Model, Split Split)> blocks = [];
        var rows = 0;
        foreach (var block in predictions.All)
        {
            blocks.Add(block);
            rows += predictions.RowsOf(block.Model.Fold, block.Split).Ids.Length;
            if (rows >= RowsPerGroup)
            {
                WriteGroup(file, predictions, blocks);
                blocks.Clear();
                rows = 0;
            }
        }

        if (blocks.Count > 0)
        {
            WriteGroup(file, predictions, blocks);
        }

        file.Close();
    });

    internal static SweepPredictions Read(string path) => ParquetInput.Read(path, "the predictions that sweep wrote", Read);

    private static void WriteGroup(ParquetFileWriter file, SweepPredictions predictions, IReadOnlyList<(SweepModel Model, Split Split)> blocks)
    {
        using var group = file.AppendRowGroup();
        void Add<T>(Func<SweepModel, Split, SweepPredictions.MeasuredRows, IEnumerable<T>> cells)
        {
            using var column = group.NextColumn();
            using var writer = column.LogicalWriter<T>();
            writer.WriteBatch([.. blocks.SelectMany(b => cells(b.Model, b.Split, predictions.RowsOf(b.Model.Fold, b.Split)))]);
        }

        void AddConstant<T>(Func<SweepModel, Split, T> cell) => Add((model, split, rows) => Enumerable.Repeat(cell(model, split), rows.Ids.Length));
        AddConstant((m, _) => m.Fusion);
        AddConstant((m, _) => m.Hidden);
        AddConstant((m, _) => m.Aligner);
        AddConstant((m, _) => m.Lambda);
        AddConstant((m, _) => m.Sigma);
        AddConstant((m, _) => m.Seed);
        AddConstant((m, _) => m.Fold);
        AddConstant((_, split) => split.Text());
        Add((_, _, rows) => rows.Ids);
        Add((_, _, rows) => rows.Groups ?? Enumerable.Repeat<string?>(null, rows.Ids.Length));
        Add((_, _, rows) => Labels(predictions, rows.True));
        Add((m, split, _) => Labels(predictions, predictions.PredictedOf(m, split)));
    }

    private static IEnumerable<string> Labels(SweepPredictions predictions, int[] values) => predictions.Task == TaskKind.Multilabel
        ? values.Chunk(predictions.Classes.Count).Select(row => string.Concat(row))
        : values.Select(v => predictions.Classes[v]);

    private static SweepPredictions Read(ParquetFileReader file, string name, long allowed)
    {
        var metadata = file.FileMetaData;
        CheckColumns(metadata.Schema);
        var task = Enum.Parse<TaskKind>(Described(metadata, TaskKey));
        var classes = JsonSerializer.Deserialize<string[]>(Described(metadata, ClassesKey)) ?? [];
        if (!Enum.IsDefined(task) || classes.Length == 0)
        {
            throw new InvalidDataException($"task {task} with {NumberText.Count(classes.Length, "class", "classes")}");
        }

        ParquetInput.Require((Int128)metadata.NumRows * sizeof(int) * (task == TaskKind.Multilabel ? classes.Length : 1), allowed, "its labels");
        var index = classes.Select((c, i) => (c, i)).ToDictionary(c => c.c, c => c.i, StringComparer.Ordinal);
        int[] Numbers(string label) => task != TaskKind.Multilabel ? [index[label]]
            : label.Length == classes.Length && !label.AsSpan().ContainsAnyExcept('0', '1') ? [.. label.Select(c => c - '0')]
            : throw new InvalidDataException($"'{label}' where {classes.Length} digits 0 or 1 belong");
        var rows = new Dictionary<(int Fold, Split Split), SweepPredictions.MeasuredRows>();
        List<(SweepModel Model, Split Split, int[] Predicted)> predicted = [];
        for (var (g, before) = (0, 0); g < metadata.NumRowGroups; g++)
        {
            using var group = file.RowGroup(g);
            var count = checked((int)group.MetaData.NumRows);
            T[] Cells<T>(int c)
            {
                using var column = group.Column(c);
                using var reader = column.LogicalReader<T>();
                var cells = reader.ReadAll(count);
                return Columns[c].LogicalSystemType == typeof(string) && GroupColumn != c && Array.Exists(cells, cell => cell is null)
                    ? throw new InvalidDataException($"a null in column {Columns[c].Name}")
                    : cells;
            }

            var (fusion, hidden, aligner, lambda, sigma) =
                (Cells<string>(0), Cells<string>(1), Cells<string>(2), Cells<double?>(3), Cells<double>(4));
            var (seed, fold, split) = (Cells<int>(5), Cells<int>(6), Cells<string>(7));
            var (ids, groups, truth, said) = (Cells<string>(8), Cells<string?>(GroupColumn), Cells<string>(10), Cells<string>(11));
            (SweepModel, Split) At(int row) =>
                (new(fusion[row], hidden[row], aligner[row], lambda[row], sigma[row], seed[row], fold[row]),
                    SplitText.Parse(split[row], $"{name} row {before + row + 1}"));
            for (int start = 0, end; start < count; start = end)
            {
                var (model, of) = At(start);
                for (end = start + 1; end < count && At(end) == (model, of); end++)
                {
                }

                var block = start..end;
                predicted.Add((model, of, [.. said[block].SelectMany(Numbers)]));
                if (!rows.TryGetValue((model.Fold, of), out var measured))
                {
                    rows[(model.Fold, of)] = new(
                        ids[block], groups[start] is null ? null : [.. groups[block].Select(g => g ?? "")], [.. truth[block].SelectMany(Numbers)]);
                }
                else if (!measured.Ids.AsSpan().SequenceEqual(ids.AsSpan(block)))
                {
                    throw new InvalidDataException($"rows {before + start + 1} to {before + end} are not those of the models before");
                }
            }

            before += count;
        }

        return new(task, classes, rows, predicted);
    }

    private static string Described(FileMetaData metadata, string key) =>
        metadata.KeyValueMetadata.TryGetValue(key, out var value) ? value : throw new InvalidDataException($"no '{key}' in its metadata");

    private static void CheckColumns(SchemaDescriptor schema)
    {
        string[] there = [.. Enumerable.Range(0, schema.NumColumns).Select(c => schema.Column(c).Name)];
        if (!there.SequenceEqual(Columns.Select(c => c.Name)))
        {
            throw new InvalidDataException($"columns {string.Join(", ", there.Take(Columns.Length))}");
        }
    }
}
