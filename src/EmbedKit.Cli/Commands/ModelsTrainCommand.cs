using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Demo.Training;
using EmbedKit.Runtime;
using TorchSharp;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models train</c>: trains the tiny encoders anew.</summary>
internal static class ModelsTrainCommand
{
    private static readonly Option<string?> Only = new("--only") { Description = $"Train one model: {string.Join(", ", EncoderTraining.Names)}." };

    private static readonly OutputOption Out = OutputOption.Of(
        "Folder of model folders; those trained are replaced. By default data/models.",
        arguments => ModelsOf(arguments).Select(name => new OutputPlace(Path.Combine(FolderOf(arguments), name), IsFolder: true)));

    private static readonly Option<int?> MaxSteps = new("--max-steps")
    {
        Description = "Stop each model after this many steps, for trying things out.",
    };

    internal static Command Create() => Verb.Create(
        "train",
        "Train the tiny encoders on synthetic demo data and export them (about 15 minutes on 2 cores).",
        [Only, Out, MaxSteps],
        Run);

    private static string FolderOf(ParseResult arguments) => arguments.GetValue(Out) ?? Path.Combine("data", "models");

    private static IEnumerable<string> ModelsOf(ParseResult arguments) =>
        EncoderTraining.Names.Where(n => arguments.GetValue(Only) is not { } only || n == only);

    private static CommandResult Run(CommandContext context)
    {
        var only = context.Arguments.GetValue(Only);
        if (only is not null && !EncoderTraining.Names.Contains(only))
        {
            throw new InputException($"--only: no model '{only}'; expected {string.Join(", ", EncoderTraining.Names)}.");
        }

        var most = context.Arguments.GetValue(MaxSteps);
        if (most < 1)
        {
            throw new InputException($"--max-steps is {most}; expected at least 1.");
        }

        torch.set_num_threads(context.Threads);
        var written = new List<string>();
        using var training = new EncoderTraining(new() { MaxSteps = most }, context.Random, context.Progress, context.Cancellation);
        foreach (var name in ModelsOf(context.Arguments))
        {
            var folder = Path.Combine(FolderOf(context.Arguments), name);
            training.Train(name, folder);
            written.Add(folder);
        }

        return new(written);
    }
}
