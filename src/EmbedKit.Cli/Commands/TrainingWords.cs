using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary>What <c>train</c> did, in words.</summary>
internal static class TrainingWords
{
    internal static void Print(TextWriter print, ProtocolResult result)
    {
        var (model, data) = (result.Model, result.Data);
        print.WriteLine($"{Shape(model)}; learned from {NumberText.Count(data.Training.Rows.Count, "row")}.");
        if (model.Encoding.Task == TaskKind.Binary)
        {
            print.WriteLine($"The positive class is {SameText.Escaped(model.Encoding.Classes[1])}; the other is "
                + $"{SameText.Escaped(model.Encoding.Classes[0])}.");
        }

        var chosenBy = data.Leaks.SelectEpochOnTest
            ? $"test rows ({Number(data.Selection.Count)}): a leak, as published"
            : $"validation rows ({Number(data.Selection.Count)}); test rows had no say";
        print.WriteLine($"Epoch {model.ChosenEpoch} of {model.EpochsRun} has the best macro-F1 on {chosenBy}.");
        foreach (var split in result.Results)
        {
            var (metrics, auc) = (split.Metrics, split.Auc(data.Leaks));
            print.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {Name(split.Split),-10} {metrics.Count,7:N0} {(metrics.Count == 1 ? "row " : "rows")}  macro-F1 {metrics.MacroF1:0.000}  "
                    + $"accuracy {metrics.Accuracy:0.000}  ") +
                (auc is { } value ? string.Create(CultureInfo.InvariantCulture, $"AUC {value:0.000}  ") : "AUC undefined  ") +
                string.Create(CultureInfo.InvariantCulture, $"calibration error {metrics.Calibration!.ExpectedError:0.000}"));
            string[] absent = [.. metrics.PerClass.Where(c => c.Support == 0).Select(c => c.Class)];
            if (absent.Length > 0)
            {
                print.WriteLine($"    no row of {SameText.Escaped(absent)} here: its F1 counts as 0, and an AUC over all classes is undefined.");
            }
        }

        if (model.Temperature != 1)
        {
            var bound = model.Temperature < TemperatureScaling.Least * 1.001 || model.Temperature > TemperatureScaling.Most * 0.999
                ? " This is the end of what is tried: these rows alone do not tell how sure to be."
                : "";
            print.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Logits are divided by {model.Temperature:0.###}, fitted to the validation rows, whose calibration error is therefore too good.")
                    + bound);
        }
    }

    private static string Shape(TrainedModel model)
    {
        var (net, options) = (model.Model, model.Model.Options);
        (string Name, int Width)[] modalities = [("text", net.TextWidth), ("image", net.ImageWidth)];
        var inputs = string.Join(" and ", modalities.Where(m => m.Width > 0).Select(m => $"{m.Name} ({Number(m.Width)})"));
        var hidden = options.IsLinearProbe ? "linear probe"
            : $"hidden {options.HiddenText}{(options.Kind == FusionKind.Late ? " in each branch" : "")}";
        var kind = options.Kind is FusionKind.Early or FusionKind.Late ? $"{options.Kind} fusion of" : "Only";
        return $"{kind} {inputs}, {hidden}, {model.Encoding.Classes.Count} {(model.Encoding.Task == TaskKind.Multilabel ? "labels" : "classes")}, "
            + $"{NumberText.Count(net.ParameterCount, "parameter")}";
    }

    private static string Name(Split split) => split == Split.Validation ? "validation" : split.Text();

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
