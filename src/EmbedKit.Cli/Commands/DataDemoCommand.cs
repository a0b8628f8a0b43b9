using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Demo.World;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit data demo</c>: writes the synthetic demo data.</summary>
internal static class DataDemoCommand
{
    private static readonly OutputOption Out = OutputOption.Folder("Folder to write to: new, empty, or of the same run.");

    private static readonly Option<int> Size = new("--size")
    {
        Description = $"Rows of the dermatoscopy set, at least {DemoWriter.SmallestSize}; the other sets follow in proportion.",
        DefaultValueFactory = _ => DemoWriter.DefaultSize,
    };

    internal static Command Create() =>
        Verb.Create("demo", "Write the synthetic demo data: four data sets as JPEG images and labels.csv.", [Out, Size], Run);

    private static CommandResult Run(CommandContext context)
    {
        var files = DemoWriter.Write(
            context.Arguments.GetValue(Out)!, context.Arguments.GetValue(Size), context.Random, context.Threads, context.Progress,
            context.Cancellation);
        var sets = files.Select(LabelledDataset.Read).ToArray();
        foreach (var set in sets)
        {
            context.Out.WriteLine(
                $"{set.Name}: {NumberText.Count(set.Count, "row")}, {NumberText.Count(set.Groups!.Distinct().Count(), "group")} (synthetic)");
        }

        return new(files, new { files, rows = sets.ToDictionary(s => s.Name, s => s.Count), synthetic = true });
    }
}
