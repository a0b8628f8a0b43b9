using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models tokenize</c>: what the text model sees.</summary>
internal static class ModelsTokenizeCommand
{
    private static readonly Option<string> Model = new("--model")
    {
        Description = "Folder with tokenizer files, or the name of a model.",
        Required = true,
    };
    private static readonly Option<string> Text = new("--text") { Description = "The text.", Required = true };

    internal static Command Create() =>
        Verb.Create("tokenize", "Print the token ids a text model sees, special tokens included, not padded.", [Model, Text], Run);

    private static CommandResult Run(CommandContext context)
    {
        var tokenizer = ModelTokenizer.Read(ModelFolder.Find(context.Arguments.GetValue(Model)!));
        var text = tokenizer.Encode(context.Arguments.GetValue(Text)!);
        context.Out.WriteLine(string.Join(' ', text.Ids));
        if (text.Dropped > 0)
        {
            context.Out.WriteLine($"cut to the context of {tokenizer.MaxLength}: {NumberText.Count(text.Dropped, "token")} dropped");
        }

        return new([], new { text.Ids, text.Dropped });
    }
}
