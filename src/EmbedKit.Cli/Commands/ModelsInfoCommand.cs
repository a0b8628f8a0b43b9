using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Embedding;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models info</c>: opens a model as <c>embed</c> would, and says what it is.</summary>
internal static class ModelsInfoCommand
{
    private static readonly Argument<string> Model = new("model") { Description = "Model folder, or the name of one below data/models." };

    internal static Command Create() => Verb.Create("info", "Open a model and say what it embeds, how inputs are prepared and outputs pooled.", [Model], Run);

    private static CommandResult Run(CommandContext context)
    {
        var model = ModelFolder.Open(context.Arguments.GetValue(Model)!);
        using var image = model.HasImage ? new OnnxImageEncoder(model) : null;
        using var text = model.HasText ? new OnnxTextEncoder(model) : null;
        context.Out.WriteLine($"{model.Name}: model_type {model.Family}, embeds {ModelsListCommand.Embeds(model)}");
        context.Out.WriteLine($"folder  {model.Path}");
        if (image is not null)
        {
            context.Out.WriteLine($"image   {image.Pooling}; {image.Preprocessor.Description}; sha256 {image.ModelHash}");
        }

        if (text is not null)
        {
            context.Out.WriteLine($"text    {text.Pooling}; context {text.Tokenizer.MaxLength} of {text.Tokenizer.VocabularySize} ids; sha256 {text.ModelHash}");
        }

        return new([], new
        {
            model.Name,
            model.Family,
            model.Path,
            image = image is null ? null : new { pooling = image.Pooling.ToString(), preprocessing = image.Preprocessor.Description, sha256 = image.ModelHash },
            text = text is null ? null : new { pooling = text.Pooling.ToString(), context = text.Tokenizer.MaxLength, vocabulary = text.Tokenizer.VocabularySize, sha256 = text.ModelHash },
        });
    }
}
