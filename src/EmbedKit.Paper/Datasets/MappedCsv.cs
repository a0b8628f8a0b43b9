using System.Text.Json;
using EmbedKit.Data;
using EmbedKit.Datasets.Prompts;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets;

/// <summary>Any folder with a CSV, told by a small JSON file which column is what.</summary>
internal sealed record MappedCsv
{
    /// <summary>Name of the mapping file in the source folder, when none is given.</summary>
    internal const string FileName = "mapping.json";

    internal const string Example =
        """{"table":"table.csv","id":"image","text":["age","sex"],"labels":["diagnosis"],"group":"patient","split":"fold","images":["images"]}""";

    /// <summary>The table's file, below the source folder.</summary>
    public required string Table { get; init; }

    /// <summary>The column of image ids.</summary>
    public required string Id { get; init; }

    /// <summary>The column of image files, where that is not the id.</summary>
    public string? Image { get; init; }

    /// <summary>Folders of images below the source folder.</summary>
    public string[] Images { get; init; } = ["images"];

    /// <summary>The columns the text is made of: one is taken as it is, several as <c>column: cell.</c></summary>
    public required string[] Text { get; init; }

    /// <summary>The label columns; a leading <c>label_</c> is added where it is missing.</summary>
    public required string[] Labels { get; init; }

    /// <summary>The column of groups; without it each row is its own.</summary>
    public string? Group { get; init; }

    /// <summary>A column with train, val and test.</summary>
    public string? Split { get; init; }

    public string Title { get; init; } = "A table of your own";

    public string Licence { get; init; } = "not given";

    public string Citation { get; init; } = "not given";

    /// <summary>The recipe that a mapping file makes.</summary>
    /// <exception cref="InputException">No such file, or not a mapping; the message shows one.</exception>
    internal static DatasetRecipe Recipe(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path}: {BrokenLink.Describe(path) ?? "no such file"}; expected a mapping such as {Example}.");
        }

        try
        {
            var mapping = JsonSerializer.Deserialize<MappedCsv>(RegularFile.ReadText(path, "a mapping"), JsonStyle.Strict)
                ?? throw new JsonException("it is empty");
            return new("csv", mapping.Title, mapping.Read)
            {
                Layout = $"{mapping.Table} and {string.Join(", ", mapping.Images)}/",
                Access = "it is yours",
                Licence = mapping.Licence,
                Citation = mapping.Citation,
                Group = mapping.Group ?? "row",
                OwnPrompt = mapping.Prompt(),
            };
        }
        catch (JsonException error)
        {
            throw new InputException(
                $"{path}: does not read as a mapping ({error.Message.ReplaceLineEndings(" ").TrimEnd('.')}); expected a mapping such as {Example}.",
                error);
        }
    }

    private PromptTemplate Prompt() => PromptTemplate.Parse(
        (Text is [var only] ? $"{{{only}}}"
            : string.Join(
                '\n', Text.Select(c => $"{c.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)}: {{{c}}}.")))
            + $"\n[{string.Join(", ", Text.Distinct(StringComparer.Ordinal))}]\nmissing = {(Text.Length == 1 ? "" : "not reported")}",
            "the mapping's text");

    private SourceRows Read(SourceFolder source)
    {
        if (Labels.Length == 0 || Text.Length == 0)
        {
            throw new InputException(
                $"the mapping names {Text.Length} text and {Labels.Length} label columns; expected at least one of each, as in {Example}.");
        }

        var table = source.Table(
            ContainedPath.Join(source.Root, Table) is not null ? Table
                : throw new InputException($"the mapping's table '{Table}' leads out of {source.Root}; expected a file below it."));
        return new(
            table, table[Id], Group is null ? table[Id]
                : table[Group],
                [.. Labels.Select(l =>
                    (l.StartsWith(LabelledDataset.LabelPrefix, StringComparison.Ordinal) ? l : LabelledDataset.LabelPrefix + l, table[l]))])
        {
            ImageFolders = [.. Images.Select(f => ContainedPath.Join(source.Root, f) is not null ? f
                : throw new InputException($"the mapping's image folder '{f}' leads out of {source.Root}; expected a folder below it."))],
            ImageNames = Image is null ? null : table[Image],
            Dropped = [Id, .. Labels, .. Split is null ? Array.Empty<string>() : [Split]],
            GivenSplit = Split is null ? null
                : [.. table[Split].Select((cell, i) => SplitText.Parse(cell, $"{table.Source} row {table.FileRow(i)}"))],
        };
    }
}
