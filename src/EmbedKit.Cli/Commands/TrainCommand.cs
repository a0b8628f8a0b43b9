using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Protocols;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit train</c>: trains one fusion model and measures it.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> Fusion = FusionArguments.OneOf(
        "--fusion", "early", "Where the modalities meet, or one of them alone.", "early", "late", "image", "text");

    private static readonly Option<double?> Lambda = new("--lambda")
    {
        Description = "Strength of the gap shift; left out: no alignment, embeddings as they are stored.",
    };

    private static readonly Option<double> Sigma = new("--sigma") { Description = "Noise on training rows, before the shift.", DefaultValueFactory = _ => 0 };
    private static readonly Option<string> Out = new("--out") { Description = "Folder to write to: new, empty, or of the same run.", Required = true };

    internal static Command Create() => Verb.Create(
        "train", "Train a fusion model on embeddings, choose its epoch, and measure it on the test rows.",
        [.. FusionArguments.All, Fusion, Lambda, Sigma, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        var arguments = context.Arguments;
        var set = EmbeddingFile.Read(arguments.GetValue(FusionArguments.Embeddings)!);
        var options = new ProtocolOptions
        {
            Protocol = FusionArguments.ProtocolOf(arguments),
            Fusion = new()
            {
                Kind = FusionArguments.KindOf(arguments.GetValue(Fusion)!),
                Hidden = FusionArguments.HiddenOf(arguments),
                Dropout = arguments.GetValue(FusionArguments.Dropout),
            },
            Trainer = FusionArguments.TrainerOf(arguments) with { Sigma = arguments.GetValue(Sigma) },
            Lambda = arguments.GetValue(Lambda),
            Prenormalize = !arguments.GetValue(FusionArguments.NoPrenormalize),
        };

        // One thread: at batch 64 more gain nothing, and the bytes must not depend on the machine's processors.
        torch.set_num_threads(1);
        var (result, files) = TrainingRun.Run(
            arguments.GetValue(Out)!, set, FusionArguments.Labels(arguments, set), options, context.Random, context.Progress, context.Cancellation);
        using (result)
        {
            context.Out.WriteLine($"{options.Protocol.Text()}, epoch {result.Model.ChosenEpoch} of {result.Model.EpochsRun}:");
            foreach (var split in result.Results)
            {
                var auc = split.Auc(result.Data.Leaks) is { } value ? $"{value:0.000}" : "undefined";
                var metrics = split.Metrics;
                context.Out.WriteLine(
                    $"  {split.Split.Text(),-5} {metrics.Count,6} rows  accuracy {metrics.Accuracy:0.000}  macro-F1 {metrics.MacroF1:0.000}  AUC {auc}");
            }

            return new(files, new
            {
                files,
                chosen_epoch = result.Model.ChosenEpoch,
                epochs_run = result.Model.EpochsRun,
                splits = result.Results.ToDictionary(r => r.Split.Text(), r => r.Metrics.ToNamed()),
            });
        }
    }
}
