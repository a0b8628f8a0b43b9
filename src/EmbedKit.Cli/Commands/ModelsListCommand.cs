using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Embedding;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models list</c>: the models that can be named without a path.</summary>
internal static class ModelsListCommand
{
    internal static Command Create() => Verb.Create("list", "List the models below data/models.", [], Run);

    private static CommandResult Run(CommandContext context)
    {
        var models = ModelFolder.Catalogue().Select(ModelFolder.Open).ToArray();
        foreach (var model in models)
        {
            context.Out.WriteLine($"{model.Name,-24} {model.Family,-12} {Embeds(model)}");
        }

        return new([], models.Select(m => new { m.Name, m.Family, embeds = Embeds(m), m.Path }).ToArray());
    }

    internal static string Embeds(ModelFolder model) => (model.HasImage, model.HasText) switch
    {
        (true, true) => "image and text",
        (true, false) => "image",
        _ => "text",
    };
}
