using System.CommandLine;
using EmbedKit.Cli.Reproduce;
using EmbedKit.Cli.Terminal;
using EmbedKit.Demo;
using EmbedKit.Experiments;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit reproduce</c>: every experiment of the paper, from images and texts to <c>index.html</c>.</summary>
internal static class ReproduceCommand
{
    private static readonly Option<string> Dataset = new("--dataset")
    {
        Description = "demo, or a folder with labels.csv and images/.",
        DefaultValueFactory = _ => "demo",
    };

    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "A smaller demo, a coarser grid, two seeds: about a minute on 2 cores.",
    };

    private static readonly Option<bool> Protocol = new("--protocol")
    {
        Description = "Also measure what each leak of the published protocol is worth: every correction alone, and all of them step by step. Adds "
            + "about 40 seconds on 2 cores.",
    };

    private static readonly OutputOption Out = OutputOption.OptionalFolder(
        "Folder for the results: new, empty, or of the same run, which then goes on where it stopped. Default: out, or out-quick.", FolderOf);

    internal static Command Create() => Verb.Create(
        "reproduce", "Run every experiment of the paper: tables, figures, executed notebooks and a page that shows them.",
        [Dataset, Quick, Protocol, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        var quick = context.Arguments.GetValue(Quick);
        var folder = FolderOf(context.Arguments);
        var dataset = context.Arguments.GetValue(Dataset)!;
        var size = quick ? DemoPlan.Quick : DemoPlan.Full;
        var plan = dataset == "demo" ? size
            : Directory.Exists(dataset) ? size.On(dataset)
            : throw new InputException(
                $"--dataset {dataset}: {BrokenLink.Describe(dataset) ?? "no such folder"}; expected demo, or a folder with labels.csv and images/.");
        var run = new Reproduction(folder, plan, context.Random.RootSeed)
        {
            Threads = context.Threads,
            Progress = context.Progress,
            Cancellation = context.Cancellation,
        };
        var protocol = context.Arguments.GetValue(Protocol);
        var files = ReproductionPage.Write(run, Command(context, quick, protocol, dataset), protocol);
        context.Out.WriteLine($"Open {Path.Combine(folder, "index.html")} in a browser.");
        return new(files);
    }

    private static string FolderOf(ParseResult arguments) => arguments.GetValue(Out) ?? (arguments.GetValue(Quick) ? "out-quick" : "out");

    private static string Command(CommandContext context, bool quick, bool protocol, string dataset) =>
        $"./embedkit reproduce{(dataset == "demo" ? "" : $" --dataset {Quoted(dataset)}")}{(quick ? " --quick" : "")}"
            + $"{(protocol ? " --protocol" : "")} --seed {context.Random.RootSeed}";

    /// <summary>An argument as a shell takes it.</summary>
    private static string Quoted(string argument) => argument.All(c => char.IsLetterOrDigit(c) || "/._-+".Contains(c, StringComparison.Ordinal))
        ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
