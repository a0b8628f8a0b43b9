using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

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
