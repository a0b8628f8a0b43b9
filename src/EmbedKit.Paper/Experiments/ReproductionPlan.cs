using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Data.Demo;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>An encoder pair of the paper and the model folders that stand for it.</summary>
/// <param name="Name">How tables and figures call it, e.g. <c>dino+llama</c>.</param>
/// <param name="ImageModel">Model folder or name for images.</param>
/// <param name="TextModel">Model folder or name for text; null when one model gives both (CLIP).</param>
/// <param name="PaperModel">The paper's models in this place.</param>
public sealed record EncoderPair(string Name, string ImageModel, string? TextModel, string PaperModel);

/// <summary>One classification task: a data set and the label to predict.</summary>
/// <param name="Dataset">Folder name below the data folder.</param>
/// <param name="Label">Label column.</param>
/// <param name="PaperDataset">The paper's data set it stands for, as named in the published numbers; null for a control.</param>
public sealed record ReproductionTask(string Dataset, string Label, string? PaperDataset)
{
    /// <summary>File-name form, e.g. <c>fundus.dr_3class</c>; its parts are <see cref="SafeName"/>s.</summary>
    public string Name => $"{Dataset}.{LabelName ?? Label.Replace(LabelledDataset.LabelPrefix, "", StringComparison.Ordinal)}";

    /// <summary>The label in <see cref="Name"/>; null: its column without <c>label_</c>, for columns that are known to be safe.</summary>
    public string? LabelName { get; init; }

    /// <summary>What readers see; tells tasks of one data set apart. Default: the data set.</summary>
    public string Title { get; init; } = Dataset;

    /// <summary>Training epochs. Default: 30, the paper's; it takes 50 for three-class BRSET.</summary>
    public int Epochs { get; init; } = 30;
}

/// <summary>What <c>embedkit reproduce</c> runs: every experiment of the paper on the demo world, at one of two sizes.</summary>
public sealed record ReproductionPlan
{
    /// <summary>The tiny encoders in the place of the paper's CLIP and DINOv2 + LLaMA-2.</summary>
    public IReadOnlyList<EncoderPair> Encoders { get; init; } =
    [
        new("clip", "tiny-clip", null, "CLIP"),
        new("dino+llama", "tiny-dino", "tiny-llama", "DINOv2 + LLaMA-2"),
    ];

    /// <summary>The tasks, in the order of the report.</summary>
    public IReadOnlyList<ReproductionTask> Tasks { get; init; } =
    [
        new("dermatoscopy", "label_dx", "ham10000"),
        new("fundus", "label_dr_binary", "brset"),
        new("fundus", "label_dr_3class", "brset_3") { Title = "fundus, 3 classes", Epochs = 50 },
        new("satellite", "label_outbreak", "satellitebench"),
        new("general", "label_scene", null),
    ];

    /// <summary>Rows of the largest demo data set.</summary>
    public int DemoSize { get; init; } = DemoWriter.DefaultSize;

    /// <summary>A user's own folder with <c>labels.csv</c> and <c>images/</c>, in the place of the demo world; default null.</summary>
    public string? OwnData { get; init; }

    /// <summary>Shifts λ, in ascending order; the paper sweeps −1 to 1 by 0.1.</summary>
    public IReadOnlyList<double> Lambdas { get; init; } = [.. Enumerable.Range(-10, 21).Select(i => i / 10.0)];

    /// <summary>
    /// Independent initialisations for each point of the leak-free protocol; their spread is optimiser spread, not sampling error. The
    /// published protocol runs once, as published.
    /// </summary>
    public int Seeds { get; init; } = 3;

    /// <summary>
    /// Shifts of the nulls: what the sweep does when the shift cannot help. A coarse grid shows it, beside λ = 0 of the sweep itself, which is no shift at all.
    /// </summary>
    public IReadOnlyList<double> NullLambdas { get; init; } = [-1, 0, 1];

    /// <summary>Minutes that everything takes on 2 idle cores, for whoever waits; decides nothing.</summary>
    public double ExpectedMinutes { get; init; } = 2.5;

    /// <summary>The name of the source of the data, for figures and tables: the demo world is always labelled synthetic.</summary>
    public string Provenance => OwnData is null ? DemoWriter.Provenance : $"data of {Path.GetFileName(Path.GetFullPath(OwnData))}";

    /// <summary>The same plan on a user's own folder: one task for each label column.</summary>
    /// <param name="folder">A folder with <c>labels.csv</c> and <c>images/</c>.</param>
    /// <exception cref="InputException">One of them is missing, or there is no label column.</exception>
    public ReproductionPlan On(string folder)
    {
        var labels = Path.Combine(folder, "labels.csv");
        if (!File.Exists(labels) || !Directory.Exists(Path.Combine(folder, "images")))
        {
            throw new InputException($"{folder}: no labels.csv or no images folder; expected both. For the demo world use --dataset demo.");
        }

        var dataset = LabelledDataset.Read(labels);
        var columns = dataset.LabelColumns;
        if (columns.Count == 0)
        {
            throw new InputException($"{labels}: no column named {LabelledDataset.LabelPrefix}…; expected at least one label column.");
        }

        // Labels that cannot be learned and names that cannot be used end the run now, not after the embedding.
        foreach (var column in columns)
        {
            _ = LabelEncoding.Fit([column], dataset.Table);
        }

        var names = SafeName.Of([.. columns.Select(c => c[LabelledDataset.LabelPrefix.Length..])]);
        return this with
        {
            OwnData = Path.GetFullPath(folder),
            Tasks = [.. columns.Select((l, i) => new ReproductionTask(SafeName.Of(dataset.Name), l, null)
            {
                LabelName = names[i],
                Title = columns.Count == 1 ? dataset.Name : $"{dataset.Name}, {l}",
            })],
        };
    }

    /// <summary>Everything that decides the results, by name: what an unfinished run is compared by.</summary>
    public IReadOnlyDictionary<string, string> Describe() => new Dictionary<string, string>
    {
        ["data"] = OwnData ?? "demo",
        ["size"] = DemoSize.ToString(CultureInfo.InvariantCulture),
        ["tasks"] = string.Join(", ", Tasks.Select(t => $"{t.Name} {t.Epochs}")),
        ["encoders"] = string.Join(", ", Encoders.Select(e => e.Name)),
        ["lambdas"] = string.Join(", ", Lambdas.Select(l => l.ToString(CultureInfo.InvariantCulture))),
        ["seeds"] = Seeds.ToString(CultureInfo.InvariantCulture),
        ["nulls"] = string.Join(", ", NullLambdas.Select(l => l.ToString(CultureInfo.InvariantCulture))),
    };

    /// <summary>The full run.</summary>
    public static ReproductionPlan Full { get; } = new();

    /// <summary>A run for the impatient: half the demo, five λ, two seeds.</summary>
    public static ReproductionPlan Quick { get; } = new() { DemoSize = 700, Lambdas = [-1, -0.5, 0, 0.5, 1], Seeds = 2, ExpectedMinutes = 1 };
}
