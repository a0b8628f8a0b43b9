using System.CommandLine;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models …</c>.</summary>
internal static class ModelsCommand
{
    internal static Command Create()
    {
        var models = new Command("models", "Model folders: pull them from a hub, look into any, make them smaller, train the tiny ones.");
        models.Subcommands.Add(ModelsListCommand.Create());
        models.Subcommands.Add(ModelsPullCommand.Create());
        models.Subcommands.Add(ModelsInfoCommand.Create());
        models.Subcommands.Add(ModelsVerifyCommand.Create());
        models.Subcommands.Add(ModelsTokenizeCommand.Create());
        models.Subcommands.Add(ModelsPreprocessCommand.Create());
        models.Subcommands.Add(ModelsQuantizeCommand.Create());
        models.Subcommands.Add(ModelsTrainCommand.Create());
        return models;
    }
}
