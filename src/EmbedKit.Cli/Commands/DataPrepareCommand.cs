using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Datasets;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit data prepare</c>: labels.csv and a data card from a data set as it is distributed.</summary>
internal static class DataPrepareCommand
{
    private static readonly Argument<string> Dataset = new("NAME") { Description = $"The data set: {string.Join(", ", DatasetPreparation.Names)}." };
    private static readonly Option<string> Source = new("--source")
    {
        Description = "Folder the data set was downloaded to, as it is distributed.",
        Required = true,
    };
    private static readonly OutputOption Out = OutputOption.Folder("Folder to write to.");

    private static readonly Option<string> Prompt = new("--prompt")
    {
        Description = "What the column text holds: leak-free, published, or a template file (data/prompts/README.md has the rules).",
        DefaultValueFactory = _ => "leak-free",
    };

    private static readonly Option<string> Mapping = new("--mapping")
    {
        Description = "For csv: JSON file that says which column is what; default mapping.json in the source folder.",
    };

    internal static Command Create() =>
        Verb.Create(
            "prepare",
            "Prepare a real data set: labels.csv with texts, labels, groups and splits, and a data card. Images stay where they are "
                + "(SatelliteBench: pictures are made of its tiles).", [Dataset, Source, Out, Prompt, Mapping], Run);

    private static CommandResult Run(CommandContext context)
    {
        var arguments = context.Arguments;
        var options = new PreparationOptions
        {
            Source = arguments.GetValue(Source)!,
            Out = arguments.GetValue(Out)!,
            Prompt = arguments.GetValue(Prompt)!,
            Mapping = arguments.GetValue(Mapping),
        };
        var result = DatasetPreparation.Prepare(arguments.GetValue(Dataset)!, options, context.Random, context.Progress, context.Cancellation);
        var table = result.Table;
        var groups = CellMeaning.Groups(table).Distinct().Count();
        context.Out.WriteLine(
            $"{NumberText.Count(table.RowCount, "row")}, {NumberText.Count(groups, "group")}, "
                + $"{NumberText.Count(result.Exclusions.Sum(e => e.Rows), "row")} left out; "
                + $"{NumberText.Count(result.RowsWithoutImage, "row")} without image, "
                + $"{NumberText.Count(result.ImagesWithoutRow, "image")} without row");
        foreach (var note in result.Notes)
        {
            context.Out.WriteLine(note);
        }

        return new(result.Files, new
        {
            result.Files,
            rows = table.RowCount,
            groups,
            excluded = result.Exclusions.Select(e => new { e.Rows, e.Reason }),
            rows_without_image = result.RowsWithoutImage,
            images_without_row = result.ImagesWithoutRow,
            result.Notes,
        });
    }
}
