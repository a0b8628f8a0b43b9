using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Embedding.Images;
using EmbedKit.Embedding.Models;
using EmbedKit.Storage;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models preprocess</c>: what the image model sees.</summary>
internal static class ModelsPreprocessCommand
{
    private static readonly Option<string> Model = new("--model")
    {
        Description = "Folder with a preprocessor_config.json, or the name of a model.",
        Required = true,
    };
    private static readonly Option<string> Image = new("--image") { Description = "The image file.", Required = true };
    private static readonly OutputOption Out = OutputOption.File("The .npy file to write: float32, 3×H×W.");

    internal static Command Create() => Verb.Create("preprocess", "Write the pixels an image model sees as a NumPy array.", [Model, Image, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        var folder = ModelFolder.Find(context.Arguments.GetValue(Model)!);
        var preprocessor = ImagePreprocessor.Read(folder);
        var output = context.Arguments.GetValue(Out)!;
        var pixels = preprocessor.Process(new ImageDecoder().Read(context.Arguments.GetValue(Image)!));
        NumpyFile.Write(output, pixels, 3, preprocessor.Height, preprocessor.Width);
        context.Out.WriteLine($"3×{preprocessor.Height}×{preprocessor.Width}: {preprocessor.Description}");
        return new([output], new { files = new[] { output }, shape = new[] { 3, preprocessor.Height, preprocessor.Width } });
    }
}
