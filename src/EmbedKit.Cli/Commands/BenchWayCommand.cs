using System.CommandLine;
using EmbedKit.Benchmarking;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Transformers.Ways;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit bench way</c>: one way of training, measured in this process; <c>bench efficiency</c> starts one of it for each.</summary>
internal static class BenchWayCommand
{
    private static readonly Option<string> Way = new("--way") { Description = "cached, live, live-published or fine-tuned.", Required = true };
    private static readonly Option<string> Embeddings = new("--embeddings") { Description = "Embeddings of all rows.", Required = true };
    private static readonly Option<string?> ImageModel = new("--model") { Description = "Image model, or one for both." };
    private static readonly Option<string?> TextModel = new("--text-model") { Description = "Text model, where it is another." };
    private static readonly Option<int?> Rows = new("--rows") { Description = "Training rows. By default all." };

    internal static Command Create() => Verb.Create(
        "way", "Measure one way of training in this process. `bench efficiency` does so for each of its ways.",
        [Way, Embeddings, BenchArguments.Labels, BenchArguments.Images, ImageModel, TextModel, FusionArguments.Label, BenchArguments.Fusion, Rows,
            BenchArguments.Epochs, BenchArguments.EncoderRate], Run);

    /// <summary>The command line that measures so.</summary>
    internal static string[] Arguments(WayOptions options, long seed) =>
    [
        "bench", "way", "--json", Way.Name, options.Way.Text(), Embeddings.Name, options.Embeddings, BenchArguments.Labels.Name, options.Labels,
        FusionArguments.Label.Name, options.Label, BenchArguments.Fusion.Name, options.Fusion.ToString().ToLowerInvariant(),
        .. Given(BenchArguments.Images.Name, options.Images), .. Given(ImageModel.Name, options.ImageModel),
        .. Given(TextModel.Name, options.TextModel),
        .. Given(Rows.Name, options.Rows?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        BenchArguments.Epochs.Name, NumberText.Digits(options.Epochs, "0"), BenchArguments.EncoderRate.Name,
        options.EncoderLearningRate.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        CommonOptions.Threads.Name, NumberText.Digits(options.Threads, "0"),
        CommonOptions.Seed.Name, seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
    ];

    private static IEnumerable<string> Given(string option, string? value) => value is null ? [] : [option, value];

    private static CommandResult Run(CommandContext context)
    {
        var arguments = context.Arguments;
        var options = new WayOptions
        {
            Way = BenchArguments.ParseWay(arguments.GetRequiredValue(Way)),
            Embeddings = arguments.GetRequiredValue(Embeddings),
            Labels = arguments.GetRequiredValue(BenchArguments.Labels),
            Images = arguments.GetValue(BenchArguments.Images),
            ImageModel = arguments.GetValue(ImageModel),
            TextModel = arguments.GetValue(TextModel),
            Label = BenchArguments.LabelOf(arguments, TextTable.Read(arguments.GetRequiredValue(BenchArguments.Labels))),
            Fusion = FusionArguments.KindOf(arguments.GetRequiredValue(BenchArguments.Fusion)),
            Rows = arguments.GetValue(Rows),
            Epochs = arguments.GetValue(BenchArguments.Epochs),
            EncoderLearningRate = arguments.GetValue(BenchArguments.EncoderRate),
            Threads = context.Threads,
        };
        var measured = options.Way is TrainingWay.LivePublished or TrainingWay.FineTuned
            ? ModuleWayRun.Measure(options, context.Random, null, context.Cancellation)
            : WayRun.Measure(options, context.Random, null, context.Cancellation);
        context.Out.WriteLine(FormattableString.Invariant(
            $"{measured.Way.Text()}: {measured.TrainSeconds:0.000} s an epoch of {measured.Rows} rows, macro-F1 {measured.MacroF1:0.000}"));
        return new([], measured);
    }
}
