using System.CommandLine;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models …</c>.</summary>
internal static class ModelsCommand
{
    internal static Command Create()
    {
        var models = new Command("models", "Model folders: train the tiny ones, look into any, make int8 ones.");
        models.Subcommands.Add(ModelsListCommand.Create());
        models.Subcommands.Add(ModelsInfoCommand.Create());
        models.Subcommands.Add(ModelsVerifyCommand.Create());
        models.Subcommands.Add(ModelsTokenizeCommand.Create());
        models.Subcommands.Add(ModelsPreprocessCommand.Create());
        models.Subcommands.Add(ModelsQuantizeCommand.Create());
        models.Subcommands.Add(ModelsTrainCommand.Create());
        return models;
    }
}
