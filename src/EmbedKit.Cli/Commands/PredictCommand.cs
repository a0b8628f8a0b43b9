using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data.Cells;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit predict</c>: what a trained model says about embeddings.</summary>
internal static class PredictCommand
{
    private static readonly Option<string> Model = new("--model") { Description = "Folder written by train.", Required = true };

    private static readonly Option<string> Embeddings = new("--embeddings")
    {
        Description = "Embeddings, with or without labels (.parquet or .csv).",
        Required = true,
    };

    private static readonly OutputOption Out = OutputOption.File("The CSV file to write.");

    internal static Command Create() =>
        Verb.Create(
            "predict", "Predict with a model that train wrote: aligned, calibrated and noisy as it was trained.", [Model, Embeddings, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        torch.set_num_threads(1);
        using var model = FusionModelFile.Read(context.Arguments.GetValue(Model)!);
        var predictions = model.Predict(EmbeddingFile.Read(context.Arguments.GetValue(Embeddings)!));
        var path = context.Arguments.GetValue(Out)!;
        PredictionFile.Write(path, predictions);
        var unknown = predictions.UnknownIds;
        context.Out.WriteLine(
            $"{NumberText.Count(predictions.Count, "row")} predicted"
                + (predictions.True is null ? "; no label is known" : $"; embedkit evaluate --predictions {path} measures them")
            + (predictions.True is null || unknown.Count == 0 ? ""
                : $" but for {unknown.Count:N0} whose label is missing or no class of the model, the first {SameText.Escaped(unknown[0])}"));
        return new([path], new { files = (string[])[path], rows = predictions.Count, labels_unknown = unknown.Count });
    }
}
