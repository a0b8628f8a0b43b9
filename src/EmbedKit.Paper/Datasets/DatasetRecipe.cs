using EmbedKit.Data;
using EmbedKit.Datasets.Prompts;

namespace EmbedKit.Datasets;

/// <summary>What the kit knows of a data set, and how its files become rows.</summary>
/// <param name="Name">Its name on the command line, and of its prompts.</param>
/// <param name="Title">Its name in sentences.</param>
/// <param name="Read">Reads the rows of a source folder.</param>
internal sealed record DatasetRecipe(string Name, string Title, Func<SourceFolder, SourceRows> Read)
{
    /// <summary>The files that are expected, in words.</summary>
    internal required string Layout { get; init; }

    /// <summary>Where to get it and what that asks.</summary>
    internal required string Access { get; init; }

    internal required string Licence { get; init; }

    internal required string Citation { get; init; }

    /// <summary>What one group is: lesion, patient, municipality.</summary>
    internal required string Group { get; init; }

    /// <summary>What the published text gives away; null when nothing.</summary>
    internal string? PublishedLeak { get; init; }

    /// <summary>The prompt of a data set that has none among the shipped ones.</summary>
    internal PromptTemplate? OwnPrompt { get; init; }

    /// <summary>Its folder on PhysioNet, for what a recursive download makes.</summary>
    internal string? PhysioNetName { get; init; }
}
