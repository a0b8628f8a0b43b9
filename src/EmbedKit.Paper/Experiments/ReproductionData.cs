namespace EmbedKit.Experiments;

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
