using System.CommandLine;
using EmbedKit.Cli.Models;
using EmbedKit.Cli.Terminal;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models pull</c>: fetches a model from a hub.</summary>
internal static class ModelsPullCommand
{
    private static readonly Argument<string> Model = new("model") { Description = "A name of 'models list', or OWNER/NAME on the hub." };
    private static readonly Option<string?> Revision = new("--revision")
    {
        Description = "Branch, tag or commit; by default the catalogue's, else main.",
    };

    private static readonly Option<string> Precision = new("--precision")
    {
        Description = $"Which ONNX files: {string.Join(", ", ModelPrecisionNames.All)}.",
        DefaultValueFactory = _ => ModelPrecision.Float32.Name(),
    };

    private static readonly Option<string?> Hub = new("--hub")
    {
        Description = "The hub's address; by default HF_ENDPOINT, else https://huggingface.co. HF_TOKEN in the environment opens gated models.",
    };
    private static readonly Option<bool> Offline = new("--offline")
    {
        Description = "Touch no network: check what is here, and say what is missing.",
    };
    private static readonly OutputOption Out = OutputOption.OptionalFolder(
        "The model's folder; by default one of its name below data/models (or EMBEDKIT_MODELS).", arguments => arguments.GetValue(Offline) ? null
            : FolderOf(arguments));

    internal static Command Create() => Verb.Create(
        "pull",
        "Fetch a model's ONNX files, configs and tokenizer from a hub: hashed, resumed where an earlier pull ended, locked.",
        [Model, Revision, Precision, Hub, Offline, Out],
        Run);

    private static CommandResult Run(CommandContext context)
    {
        var arguments = context.Arguments;
        var name = arguments.GetValue(Model)!;
        var known = ModelCatalogue.Find(name);
        var precision = ModelPrecisionNames.Parse(arguments.GetValue(Precision)!);
        var repository = Repository(name, known);
        var folder = FolderOf(arguments);
        if (arguments.GetValue(Offline))
        {
            var there = OfflineCheck.Verify(name, folder, precision, known?.Onnx ?? []);
            context.Out.WriteLine($"{name}: in {folder}, as locked: {NumberText.Count(there.Count, "file")}");
            return new([], new { folder, fetched = Array.Empty<string>(), kept = there });
        }

        using var hub = new HubClient(HubOptions.FromEnvironment(arguments.GetValue(Hub)), context.TellOfWait);
        var revision = arguments.GetValue(Revision) ?? (known?.Repository == repository ? known.Revision : "main");
        var result = new ModelPull(hub, context.Progress).RunAsync(repository, revision, precision, folder, context.Cancellation).GetAwaiter()
            .GetResult();
        context.Out.WriteLine(
            $"{repository} at {result.Source.Commit}: {NumberText.Count(result.Fetched.Count, "file")} fetched, "
                + $"{NumberText.Count(result.Kept.Count)} here already");
        context.Out.WriteLine($"licence: {known?.Licence ?? result.Source.Licence ?? "not named by its page"}");
        return new([Path.Combine(folder, ModelLock.FileName), .. result.Fetched.Select(f => Path.Combine(folder, f))], new
        {
            folder,
            repository,
            revision,
            result.Source.Commit,
            licence = known?.Licence ?? result.Source.Licence,
            result.Fetched,
            result.Kept,
        });
    }

    private static string FolderOf(ParseResult arguments)
    {
        var name = arguments.GetValue(Model)!;
        var known = ModelCatalogue.Find(name);
        return arguments.GetValue(Out) ?? Path.Combine(ModelFolder.Root, known?.Name ?? Repository(name, known).Split('/')[1]);
    }

    private static string Repository(string name, CatalogueModel? known)
    {
        if (known is { Repository: null } && !name.Contains('/', StringComparison.Ordinal))
        {
            var access = known.Gated ? $" Ask for access at https://huggingface.co/{known.Original} first." : "";
            throw new InputException(
                $"{known.Name}: published as weights for PyTorch only ({known.Original}, {known.Licence}); expected ONNX files.{access} Export it "
                    + "once (environment/export-models.md), and give the folder to --model.");
        }

        // Somebody who names the original repository means that one, although the catalogue knows another with ONNX files.
        var repository = known is not null && known.Original != name ? known.Repository! : name;
        return repository.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } model]
            && (owner + model).All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && model is not ("." or "..")
            ? repository
            : throw new InputException(HubRefusal.NoSuchModel(name));
    }
}
