using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What <c>embedkit reproduce</c> runs: every experiment of the paper, on whose data, with which encoders, how finely.</summary>
public sealed record ReproductionPlan
{
    /// <summary>Where labels and images come from.</summary>
    public required ReproductionData Data { get; init; }

    /// <summary>The encoders in the place of the paper's.</summary>
    public required IReadOnlyList<EncoderPair> Encoders { get; init; }

    /// <summary>The tasks, in the order of the report.</summary>
    public required IReadOnlyList<ReproductionTask> Tasks { get; init; }

    /// <summary>Shifts λ, in ascending order; the paper sweeps −1 to 1 by 0.1.</summary>
    public IReadOnlyList<double> Lambdas { get; init; } = [.. Enumerable.Range(-10, 21).Select(i => i / 10.0)];

    /// <summary>
    /// Independent initialisations for each point of the leak-free protocol; their spread is optimiser spread, not sampling error. The
    /// published protocol runs once, as published.
    /// </summary>
    public int Seeds { get; init; } = 3;

    /// <summary>
    /// Shifts of the nulls: what the sweep does when the shift cannot help. A coarse grid shows it, beside λ = 0 of the sweep itself, which is no
    /// shift at all.
    /// </summary>
    public IReadOnlyList<double> NullLambdas { get; init; } = [-1, 0, 1];

    /// <summary>Minutes that everything takes on 2 idle cores, for whoever waits; decides nothing.</summary>
    public double ExpectedMinutes { get; init; } = 2.5;

    /// <summary>The name of the source of the data, for figures and tables.</summary>
    public string Provenance => Data.Provenance;

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
            Data = ReproductionData.Own(folder),
            Tasks = [.. columns.Select((l, i) => new ReproductionTask(SafeName.Of(dataset.Name), l, null)
            {
                LabelName = names[i],
                Title = columns.Count == 1 ? dataset.Name : $"{dataset.Name}, {l}",
            })],
        };
    }

    /// <summary>Everything that decides the results, by name: what an unfinished run is compared by.</summary>
    public IReadOnlyDictionary<string, string> Describe() => new Dictionary<string, string>(Data.Identity)
    {
        ["tasks"] = string.Join(", ", Tasks.Select(t => $"{t.Name} {t.Epochs}")),
        ["encoders"] = string.Join(", ", Encoders.Select(e => e.Name)),
        ["lambdas"] = string.Join(", ", Lambdas.Select(l => l.ToString(CultureInfo.InvariantCulture))),
        ["seeds"] = Seeds.ToString(CultureInfo.InvariantCulture),
        ["nulls"] = string.Join(", ", NullLambdas.Select(l => l.ToString(CultureInfo.InvariantCulture))),
    };
}

/// <summary>Where the labels and images of a run come from: a user's own folder (<see cref="Own"/>), or what draws or prepares them.</summary>
public sealed record ReproductionData
{
    /// <summary>What decides the data, by name: an unfinished run goes on only where these are equal.</summary>
    public required IReadOnlyDictionary<string, string> Identity { get; init; }

    /// <summary>The source as figures and tables name it; drawn data are always named synthetic.</summary>
    public required string Provenance { get; init; }

    /// <summary>
    /// Writes <c>labels.csv</c> of a data set (<see cref="Reproduction.LabelsPath"/>), with <c>split</c> and <c>split_published</c>, and its images
    /// unless they lie in <see cref="ImageFolder"/>. Called when that table is missing; it may write other data sets too.
    /// </summary>
    public required Action<Reproduction, string> Write { get; init; }

    /// <summary>The folder of all images; null: <c>images</c> beside each labels table.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>Whether a program drew the data. The notebooks' text and the page's warning are about such data.</summary>
    public bool Synthetic { get; init; }

    /// <summary>A user's own folder; its table gets the splits it lacks.</summary>
    /// <param name="folder">A folder with <c>labels.csv</c> and <c>images/</c>.</param>
    public static ReproductionData Own(string folder)
    {
        var full = Path.GetFullPath(folder);
        return new()
        {
            Identity = new Dictionary<string, string> { ["data"] = full },
            Provenance = $"data of {Path.GetFileName(full)}",
            Write = (run, dataset) => OwnLabels.Prepare(Path.Combine(full, "labels.csv"), run.Random).Write(run.LabelsPath(dataset)),
            ImageFolder = Path.Combine(full, "images"),
        };
    }
}
