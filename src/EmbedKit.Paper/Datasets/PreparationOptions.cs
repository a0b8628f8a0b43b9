using EmbedKit.Data;
using EmbedKit.Datasets.Prompts;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets;

/// <summary>How a data set is prepared.</summary>
public sealed record PreparationOptions
{
    /// <summary>The folder that holds the data set as it is distributed.</summary>
    public required string Source { get; init; }

    /// <summary>The folder to write to; not the source.</summary>
    public required string Out { get; init; }

    /// <summary>What the column <c>text</c> holds: <c>leak-free</c> (default), <c>published</c>, or the path of a template.</summary>
    public string Prompt { get; init; } = "leak-free";

    /// <summary>For <c>csv</c>: the file that says which column is what; default <c>mapping.json</c> in the source folder.</summary>
    public string? Mapping { get; init; }

    /// <summary>The shares of the leak-free split; default 70 % train, 10 % val, 20 % test.</summary>
    public SplitOptions Split { get; init; } = new();

    /// <summary>Checks what can be checked without reading.</summary>
    /// <exception cref="InputException">The output folder is the source, or the shares do not add up.</exception>
    public void Validate()
    {
        Split.Validate();
        if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(Source)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(Out)))
        {
            throw new InputException(
                $"--out is the source folder {Source}; expected another folder, so that nothing of the data set is overwritten.");
        }
    }

    internal PromptTemplate Template(DatasetRecipe recipe) => Prompt switch
    {
        "published" => recipe.OwnPrompt is null ? ShippedPrompts.Published(recipe.Name)
            : throw new InputException($"--prompt published: {recipe.Name} has no published prompt; expected leak-free or a template file."),
        "leak-free" => recipe.OwnPrompt ?? ShippedPrompts.LeakFree(recipe.Name),
        _ => PromptTemplate.Read(Prompt),
    };
}

/// <summary>What a preparation wrote.</summary>
/// <param name="Files">The files, labels first.</param>
/// <param name="Table">The labels table.</param>
/// <param name="RowsWithoutImage">Rows whose image is not there (when an image folder is).</param>
/// <param name="ImagesWithoutRow">Images that no row names.</param>
/// <param name="Exclusions">Rows left out, as many as and why.</param>
/// <param name="Notes">Other things to know, one sentence each.</param>
public sealed record PreparationResult(
    IReadOnlyList<string> Files, TextTable Table, int RowsWithoutImage, int ImagesWithoutRow, IReadOnlyList<(int Rows, string Reason)> Exclusions,
    IReadOnlyList<string> Notes);
