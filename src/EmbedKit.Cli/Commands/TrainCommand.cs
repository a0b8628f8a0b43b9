using System.CommandLine;
using System.Globalization;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Runtime;
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

    private static readonly Option<double> Sigma = new("--sigma")
    {
        Description = "Noise on training rows, before the shift.",
        DefaultValueFactory = _ => 0,
    };
    private static readonly Option<bool> Calibrate = new("--calibrate")
    {
        Description = "Fit the probabilities to the validation rows by a temperature, which predict applies too; predicted classes stay.",
    };

    private static readonly Option<bool> Onnx = new("--onnx")
    {
        Description = "Also write model.onnx (alignment included), checked against this program's outputs on the rows that chose the epoch.",
    };

    private static readonly OutputOption Out = OutputOption.Folder("Folder to write to: new, empty, or of the same run.");

    internal static Command Create() => Verb.Create(
        "train",
        "Train a fusion model on embeddings, choose its epoch on validation rows, and measure it on the test rows. Leaves a folder for predict: "
            + "the model " +
        "(model.safetensors, model.json), predictions.csv of the test rows, metrics.json, history.csv.",
        [.. FusionArguments.All, Fusion, Lambda, Sigma, Calibrate, Onnx, Out], Run);

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
            Calibrate = arguments.GetValue(Calibrate),
            Prenormalize = !arguments.GetValue(FusionArguments.NoPrenormalize),
        };

        var onnx = arguments.GetValue(Onnx);
        if (onnx && options.Trainer is { Noise: NoiseKind.Inference, Sigma: > 0 })
        {
            throw new InputException(
                "--onnx with --noise inference: a graph that is to give equal results cannot draw noise; expected --noise fresh or frozen.");
        }

        // One thread: at batch 64 more gain nothing, and the bytes must not depend on the machine's processors.
        torch.set_num_threads(1);
        var (result, files) = TrainingRun.Run(
            arguments.GetValue(Out)!, set, FusionArguments.Labels(arguments, set.Table), options, context.Random, context.Progress,
            context.Cancellation);
        using (result)
        {
            TrainingWords.Print(context.Out, result);
            double? difference = null;
            if (onnx)
            {
                var path = Path.Combine(arguments.GetValue(Out)!, FusionOnnxFile.Name);
                difference = FusionOnnxFile.Write(path, result.Model, result.Data.Selection);
                files = [.. files, path];
                context.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"ONNX Runtime gives the same outputs on {NumberText.Count(result.Data.Selection.Count, "row")} to within "
                            + $"{difference:0.0e+0}"));
            }

            return new(files, new
            {
                files,
                chosen_epoch = result.Model.ChosenEpoch,
                epochs_run = result.Model.EpochsRun,
                temperature = result.Model.Temperature,
                onnx_difference = difference,
                splits = result.Results.ToDictionary(r => r.Split.Text(), r => r.Metrics.ToNamed()),
            });
        }
    }
}
