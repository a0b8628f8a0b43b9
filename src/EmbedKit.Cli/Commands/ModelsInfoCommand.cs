using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models info</c>: opens a model as <c>embed</c> would, and says what it is.</summary>
internal static class ModelsInfoCommand
{
    private static readonly Argument<string> Model = new("model") { Description = "Model folder, or the name of one below data/models." };

    private static readonly string[] TokenizerFiles = ["tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "merges.txt", "vocab.txt"];

    internal static Command Create() =>
        Verb.Create("info", "Open a model and say what it embeds, how inputs are prepared and outputs pooled.", [Model], Run);

    private static CommandResult Run(CommandContext context)
    {
        var model = ModelFolder.Open(context.Arguments.GetValue(Model)!);
        var (image, noImage) = model.HasImage ? Try(() => Image(model)) : default;
        var (text, noText) = model.HasText ? Try(() => Text(model)) : default;
        if (image is null && text is null)
        {
            throw (noImage ?? noText)!;
        }

        var licence = ModelLicence.Read(model.Path);
        context.Out.WriteLine($"{model.Name}: model_type {model.Family}, embeds {ModelsListCommand.Embeds(model)}");
        context.Out.WriteLine($"folder   {model.Path}");
        context.Out.WriteLine($"licence  {licence ?? "not said in the folder"}");
        foreach (var (name, side) in new[] { ("image", image), ("text", text) }.Where(s => s.Item2 is not null))
        {
            context.Out.WriteLine(
                $"{name,-8} {side!.Dimension?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"} wide, output {side.Output}, "
                    + $"{side.Pooling}");
            context.Out.WriteLine($"         {side.Preprocessing ?? $"tokenizer {side.Tokenizer}, context {side.Context}, {side.Vocabulary} ids"}");
            foreach (var file in side.Exports)
            {
                context.Out.WriteLine($"         {file.Precision,-5} {file.File} sha256 {file.Sha256}");
            }
        }

        foreach (var (name, missing) in new[] { ("image", noImage), ("text", noText) }.Where(s => s.Item2 is not null))
        {
            context.Out.WriteLine($"{name,-8} not in this folder: {missing!.Message}");
        }

        return new([], new { model.Name, model.Family, model.Path, licence, image, text });
    }

    /// <summary>A side, or why it cannot be opened: a folder may hold one side, and <c>embed</c> takes the other from another.</summary>
    private static (SideInfo? Side, InputException? Error) Try(Func<SideInfo> open)
    {
        try
        {
            return (open(), null);
        }
        catch (InputException error)
        {
            return (null, error);
        }
    }

    private static SideInfo Image(ModelFolder model)
    {
        SideInfo? info = null;
        foreach (var precision in Precisions(model, EncoderSide.Image))
        {
            using var encoder = new OnnxImageEncoder(model, new() { Precision = precision });
            info ??= new(encoder.Dimension, encoder.Output, encoder.Pooling.Name()) { Preprocessing = encoder.Preprocessor.Description };
            info.Exports.Add(new(precision.Name(), encoder.File, encoder.ModelHash));
        }

        return info!;
    }

    private static SideInfo Text(ModelFolder model)
    {
        SideInfo? info = null;
        foreach (var precision in Precisions(model, EncoderSide.Text))
        {
            using var encoder = new OnnxTextEncoder(model, new() { Precision = precision });
            info ??= new(encoder.Dimension, encoder.Output, encoder.Pooling.Name())
            {
                Tokenizer = TokenizersOf(model.Path),
                Context = encoder.Tokenizer.MaxLength,
                Vocabulary = encoder.Tokenizer.VocabularySize,
            };
            info.Exports.Add(new(precision.Name(), encoder.File, encoder.ModelHash));
        }

        return info!;
    }

    /// <summary>The precisions there are; float32 where there is none, for its error.</summary>
    private static IEnumerable<ModelPrecision> Precisions(ModelFolder model, EncoderSide side) =>
        model.Exports(side).Select(e => e.Precision).DefaultIfEmpty(ModelPrecision.Float32);

    private static string TokenizersOf(string folder) => string.Join(" + ", TokenizerFiles.Where(f => File.Exists(Path.Combine(folder, f))));

    private sealed record ExportInfo(string Precision, string File, string Sha256);

    private sealed record SideInfo(int? Dimension, string Output, string Pooling)
    {
        public List<ExportInfo> Exports { get; } = [];

        public string? Preprocessing { get; init; }

        public string? Tokenizer { get; init; }

        public int? Context { get; init; }

        public int? Vocabulary { get; init; }
    }
}
