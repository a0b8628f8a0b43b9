using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models verify</c>: a model's files against its lock.</summary>
internal static class ModelsVerifyCommand
{
    private static readonly Argument<string> Model = new("model") { Description = "Model folder, or the name of one below data/models." };

    internal static Command Create() => Verb.Create("verify", "Check a model's files against the hashes of its models.lock.json.", [Model], Run);

    private static CommandResult Run(CommandContext context)
    {
        var model = ModelFolder.Open(context.Arguments.GetValue(Model)!);
        var files = model.LockedFiles
            ?? throw new InputException($"{model.Path}: no models.lock.json; expected the hashes of its files, to check them by.");
        context.Out.WriteLine(
            $"{model.Name}: {NumberText.Count(files.Count, "file")} as "
                + $"locked{(ModelLock.ReadSource(model.Path) is { } from ? $", from {from.Repository} at {from.Commit}" : "")}");
        return new([], new { model.Name, files, source = ModelLock.ReadSource(model.Path) });
    }
}
