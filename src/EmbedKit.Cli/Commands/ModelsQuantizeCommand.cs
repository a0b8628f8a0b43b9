using System.CommandLine;
using System.Globalization;
using EmbedKit.Cli.Terminal;
using EmbedKit.Demo.World;
using EmbedKit.Embedding.Models;
using EmbedKit.Quantization;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models quantize</c>: float32 linear layers to int8, with what that does to size, speed and embeddings.</summary>
internal static class ModelsQuantizeCommand
{
    private static readonly Option<string> Model = new("--model")
    {
        Description = "Model folder, or the name of one below data/models.",
        Required = true,
    };
    private static readonly Option<string?> Side = new("--side") { Description = "Quantise one side only: image or text." };
    private static readonly OutputOption Out = OutputOption.OptionalFolder(
        "Another folder for the int8 model; by default it goes beside the float32 files.",
        arguments => arguments.GetValue(Out!) ?? ModelFolder.Find(arguments.GetValue(Model)!));

    private static readonly Option<double?> MinCosine = new("--min-cosine")
    {
        Description = "Leave layers that hurt in float until every input keeps this cosine; exit 1 and write nothing when that cannot be.",
    };

    private static readonly Option<int> Samples = new("--samples")
    {
        Description = "Inputs to measure on; 0 measures nothing.",
        DefaultValueFactory = _ => 16,
    };
    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "Labels CSV to take the inputs from; by default they are synthetic.",
    };
    private static readonly Option<string?> Images = new("--images") { Description = "Folder of that file's images." };

    internal static Command Create() => Verb.Create(
        "quantize",
        "Rewrite a model's linear layers to int8 and measure the effect on size, speed and embeddings.",
        [Model, Side, Out, MinCosine, Samples, Labels, Images],
        Run);

    private static CommandResult Run(CommandContext context)
    {
        var arguments = context.Arguments;
        var options = new QuantizationOptions
        {
            Side = arguments.GetValue(Side) switch
            {
                null => null,
                "image" => EncoderSide.Image,
                "text" => EncoderSide.Text,
                var other => throw new InputException($"--side is '{other}'; expected image or text."),
            },
            MinCosine = arguments.GetValue(MinCosine),
            Threads = context.Threads,
        };
        var model = ModelFolder.Open(arguments.GetValue(Model)!);
        var report = ModelQuantization.Run(model, options, Inputs(context), arguments.GetValue(Out), context.Progress, context.Cancellation);
        Print(context.Out, report);
        if (!report.Reached)
        {
            var worst = report.Sides.Min(s => s.Effect!.MinCosine);
            Console.Error.WriteLine(
                Text($"embedkit: cosine {options.MinCosine} cannot be reached ({worst:0.0000} with the layers that may be quantised); ")
                    + "nothing was written. Ask for less, or use float32.");
        }

        return new(
            report.Written, new { report.Reached, measuredOn = report.Inputs, report.Sides, files = report.Written }, report.Reached ? ExitCode.Done
                : ExitCode.Failed);
    }

    private static SampleInputs? Inputs(CommandContext context)
    {
        var (count, labels, images) = (context.Arguments.GetValue(Samples), context.Arguments.GetValue(Labels), context.Arguments.GetValue(Images));
        if (count is < 0 or > 100_000)
        {
            throw new InputException($"--samples is {count}; expected 0 to 100000.");
        }

        if (images is not null && labels is null)
        {
            throw new InputException("--images without --labels; expected the labels file that names them.");
        }

        return count == 0 ? null : labels is null ? DemoSamples.Draw(count, context.Random)
            : SampleInputs.From(labels, images, count, context.Random);
    }

    private static void Print(TextWriter output, QuantizationReport report)
    {
        foreach (var side in report.Sides)
        {
            var (what, total) = (side.Side == EncoderSide.Image ? "images" : "texts", side.Quantized.Count + side.Skipped.Count);
            output.WriteLine(Text($"{what}  {Path.GetFileName(side.Source)} → {Path.GetFileName(side.Target)}"));
            output.WriteLine(Text($"  size     {side.BytesBefore / 1e6:N1} → {side.BytesAfter / 1e6:N1} MB"));
            if (side.Effect is { } effect)
            {
                output.WriteLine(
                    Text(
                        $"  speed    {effect.PerSecondBefore:0.0} → {effect.PerSecondAfter:0.0} {what}/s, one at a time, one model after the other"));
                output.WriteLine(Text($"  cosine   min {effect.MinCosine:0.00000}, mean {effect.MeanCosine:0.00000} ({report.Inputs})"));
            }

            output.WriteLine($"  layers   {side.Quantized.Count} of {total} in int8");
            foreach (var group in side.Skipped.Where(s => s.Cosine is null).GroupBy(s => s.Reason))
            {
                output.WriteLine($"  float    {group.Count()} × {group.Key}");
            }

            foreach (var skipped in side.Skipped.Where(s => s.Cosine is not null))
            {
                output.WriteLine(Text($"  float    {skipped.Name}: cosine {skipped.Cosine:0.00000} when it alone is int8"));
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
