using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>
/// The numbers published with arXiv 2406.02601 and its successor arXiv 2603.17246, as they stand in <c>data/reference/</c>, each with its
/// source. Facts to compare with, never results of this kit.
/// </summary>
public sealed class PublishedNumbers
{
    /// <summary>The paper this kit reproduces.</summary>
    public const string Paper = "arXiv 2406.02601";

    /// <summary>Its successor, with more encoders and repeated runs.</summary>
    public const string SuccessorPaper = "arXiv 2603.17246";

    private const string Repository = "dsrestrepo/Foundational-Multimodal-Fusion-Benchmark";
    private const string SuccessorRepository = "dsrestrepo/Embedding-Alignment";

    /// <summary>The files spell data sets in several ways; these are the kit's names.</summary>
    private static readonly Dictionary<string, string> DataSetNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["satellite"] = "satellitebench",
        ["satellite_3class"] = "satellitebench_3",
        ["coco"] = "coco-qa",
        ["coco_qa"] = "coco-qa",
        ["dauqar"] = "daquar",
        ["Recipes 5k"] = "recipes5k",
    };

    private readonly IReadOnlyList<PublishedCurve> _curves;

    private PublishedNumbers(string folder)
    {
        Results = [.. Rows(folder, "paper_results.csv").Select(Result)];
        Memory = [.. Rows(folder, "paper_memory.csv").Select(Sizes)];
        SharedLesions = TextTable.Read(Path.Combine(folder, "ham10000_shared_lesions.csv"));
        _curves = [.. NotebookCurves(folder), .. FigureCurves(folder), .. SuccessorCurves(folder)];
    }

    /// <summary>Every published training run.</summary>
    public IReadOnlyList<PublishedResult> Results { get; }

    /// <summary>Every published row of sizes.</summary>
    public IReadOnlyList<PublishedMemorySizes> Memory { get; }

    /// <summary>
    /// HAM10000's test rows by class in the paper's split, and how many of them share a lesion with a training row (columns <c>dx</c>,
    /// <c>test_rows</c>, <c>sharing_a_lesion_with_training</c>). Not printed in the paper: counted from its split and the data set's metadata.
    /// </summary>
    public TextTable SharedLesions { get; }

    /// <summary>Where <see cref="SharedLesions"/> comes from, for display.</summary>
    public const string SharedLesionsSource =
        $"counted from HAM10000_metadata.csv (Tschandl et al. 2018) and the split of {Paper} ({Repository}@6a76fd3)";

    /// <summary>Reads the published numbers.</summary>
    /// <param name="folder">The folder of the CSV files; by default <c>data/reference</c> of the checkout (see
    /// <see cref="RepositoryFolder"/>).</param>
    /// <exception cref="InputException">No such folder or file, or a cell that is not what it should be.</exception>
    public static PublishedNumbers Load(string? folder = null) => new(folder ?? RepositoryFolder.Find("data/reference"));

    /// <summary>The published run of a data set, representation and fusion, or null when the paper has none.</summary>
    /// <param name="dataSet">By the kit's name: ham10000, brset, brset_3, satellitebench, satellitebench_3, mimic, coco-qa, fakeddit, recipes5k,
    /// daquar.</param>
    /// <param name="representation">raw, embeddings, clip or blip2.</param>
    /// <param name="fusion">early or late.</param>
    public PublishedResult? Result(string dataSet, string representation, string fusion) =>
        Results.SingleOrDefault(r => Same(r.DataSet, dataSet) && Same(r.Representation, representation) && Same(r.Fusion, fusion));

    /// <summary>The published sizes of a data set, representation and fusion, or null when the paper has none.</summary>
    /// <param name="dataSet">By the kit's name.</param>
    /// <param name="representation">raw, embeddings or clip.</param>
    /// <param name="fusion">early or late.</param>
    public PublishedMemorySizes? MemoryOf(string dataSet, string representation, string fusion) =>
        Memory.SingleOrDefault(r => Same(r.DataSet, dataSet) && Same(r.Representation, representation) && Same(r.Fusion, fusion));

    /// <summary>Published curves against λ; a null argument takes all. The paper ran some more than once: every run is a curve of its own.</summary>
    /// <param name="dataSet">By the kit's name.</param>
    /// <param name="encoder">clip, dinov2+llama2 interpolated, SigLIP, BioMedCLIP, MedSigLIP.</param>
    /// <param name="fusion">early or late.</param>
    /// <param name="metric">f1_macro, accuracy or auc_ovr.</param>
    /// <param name="includeStale">Also those that show another data set's results; never to be shown as this one's.</param>
    public IReadOnlyList<PublishedCurve> AlignmentCurves(
        string? dataSet = null, string? encoder = null, string? fusion = null, string? metric = null, bool includeStale = false) =>
        [.. _curves.Where(c => (includeStale || c.Stale is null) && Same(c.DataSet, dataSet) && Same(c.Encoder, encoder)
            && Same(c.Fusion, fusion) && Same(c.Metric, metric))];

    private static bool Same(string value, string? wanted) => wanted is null || string.Equals(value, wanted, StringComparison.OrdinalIgnoreCase);

    private static PublishedResult Result(Row row) => new(
        row.DataSet, row["representation"], row["fusion"], row.Maybe("best_macro_f1"), row.Number("best_acc"), row.Maybe("last_macro_f1"),
        row.Number("last_acc"), (int)row.Number("epochs_done"), row.Number("avg_train_s_per_epoch"), row.Number("avg_infer_s_per_epoch"),
        (long)row.Number("params"), (int?)row.Maybe("n_test"), $"{Paper}, {row["source_file"]} cell {row["cell"]} ({Repository}@6a76fd3)");

    private static PublishedMemorySizes Sizes(Row row) => new(
        row.DataSet, row["representation"], row["fusion"], (int)row.Number("batch_size"), row.Number("train_mb_per_batch"),
        row.Number("train_mb_per_epoch"), row.Number("test_mb_per_batch"), row.Number("test_mb_per_epoch"), row.Number("model_mb"),
        $"{Paper}, {row["source_file"]} cell {row["cell"]} ({Repository}@6a76fd3)");

    private static IEnumerable<PublishedCurve> NotebookCurves(string folder) =>
        from metric in (string[])["f1_best", "acc_best"]
        from curve in Rows(folder, "paper_alignment.csv")
        .GroupBy(r => (r["source_file"], r["commit"], r.DataSet, r["fusion"], r["stale_output"], r["note"]))
        let first = curve.First()
        select new PublishedCurve
        {
            DataSet = first.DataSet,
            // The column holds the file the notebook read, embeddings_clip.csv throughout.
            Encoder = first["embeddings"] == "embeddings_clip.csv" ? "clip" : first["embeddings"],
            Fusion = first["fusion"],
            Metric = metric == "f1_best" ? "f1_macro" : "accuracy",
            Paper = Paper,
            Source = $"{Paper}, {first["source_file"].Split('|')[0]} ({Repository}@{first["commit"][..7]}), best epoch on the test set",
            Points = [.. curve.Select(r => new PublishedPoint(r.Number("lambda"), r.Number(metric), null, 1)).OrderBy(p => p.Lambda)],
            Stale = Given(first["stale_output"]),
            Note = Given(first["note"]),
        };

    private static IEnumerable<PublishedCurve> FigureCurves(string folder) =>
        from curve in Rows(folder, "paper_alignment_figures.csv")
        .GroupBy(r => (r["source_file"], r.DataSet, r["embeddings_inferred"], r["fusion"], r["metric"]))
        let first = curve.First()
        select new PublishedCurve
        {
            DataSet = first.DataSet,
            Encoder = first["embeddings_inferred"],
            Fusion = first["fusion"],
            Metric = first["metric"] switch { "f1" => "f1_macro", "acc" => "accuracy", _ => "auc_ovr" },
            Paper = Paper,
            Source = $"{Paper}, read from the vector paths of {first["source_file"]} ({Repository})",
            Points = [.. curve.Select(r => new PublishedPoint(
                r.Number("lambda"), r.Maybe("acc_snapped_to_k_over_ntest") ?? r.Number("value_read_from_vector_pdf"), null, 1))
                    .OrderBy(p => p.Lambda)],
        };

    private static IEnumerable<PublishedCurve> SuccessorCurves(string folder) =>
        from metric in (string[])["f1", "acc", "auc"]
        from curve in Rows(folder, "successor_alignment.csv").Where(r => r.Maybe(metric + "_mean") is not null)
            .GroupBy(r => (r["source_file"], r.DataSet, r["backbone"], r["fusion"]))
        let first = curve.First()
        select new PublishedCurve
        {
            DataSet = first.DataSet,
            Encoder = first["backbone"],
            Fusion = first["fusion"],
            Metric = metric switch { "f1" => "f1_macro", "acc" => "accuracy", _ => "auc_ovr" },
            Paper = SuccessorPaper,
            Source = $"{SuccessorPaper}, {first["source_file"]} ({SuccessorRepository}), transcribed",
            Points = [.. curve.Select(r => new PublishedPoint(
                r.Number("lambda"), r.Number(metric + "_mean"), r.Maybe(metric + "_std"), (int)r.Number("n_runs"))).OrderBy(p => p.Lambda)],
            Note = first["experiment"],
        };

    private static string? Given(string cell) => cell.Length == 0 ? null : cell;

    private static IEnumerable<Row> Rows(string folder, string file)
    {
        var table = TextTable.Read(Path.Combine(folder, file));
        return Enumerable.Range(0, table.RowCount).Select(i => new Row(table, i));
    }

    private readonly record struct Row(TextTable Table, int Index)
    {
        public string this[string column] => Table[column][Index];

        public string DataSet => DataSetNames.GetValueOrDefault(this["dataset"], this["dataset"].ToLowerInvariant());

        public double Number(string column) =>
            Maybe(column) ?? throw new InputException($"{Table.Source} row {Index + 2}: column '{column}' is blank; expected a number.");

        public double? Maybe(string column)
        {
            var cell = this[column];
            return cell.Length == 0 ? null
                : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
                : throw new InputException($"{Table.Source} row {Index + 2}: '{cell}' in column '{column}'; expected a number.");
        }
    }
}
