using System.CommandLine;
using EmbedKit.Alignment;
using EmbedKit.Cli.Terminal;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit sweep</c>: a grid of models over aligners, λ, noise, fusion, hidden widths, seeds and folds.</summary>
internal static class SweepCommand
{
    private static readonly Option<string> Lambda = new("--lambda")
    {
        Description = "Strengths of the shift, from:to:step or a list; a range that begins with minus as --lambda=-1:1:0.1.",
        DefaultValueFactory = _ => "-1:1:0.1",
    };

    private static readonly Option<string> Sigma = new("--sigma")
    {
        Description = "Noise on training rows, from:to:step or a list.",
        DefaultValueFactory = _ => "0",
    };

    private static readonly Option<string> Fusion = new("--fusion")
    {
        Description = "Models: any of early,late,image,text; of a file with one modality, that one, which needs no λ.",
        DefaultValueFactory = _ => "early,late",
    };

    private static readonly Option<int> Seeds = new("--seeds") { Description = "Seeds per point of the grid.", DefaultValueFactory = _ => 5 };
    private static readonly Option<string> At = FusionArguments.OneOf("--shift-at", "train+test", "Which rows are shifted.", "train+test", "test");

    private static readonly Option<string> Aligner = new("--aligner")
    {
        Description = $"Any of {string.Join(",", Aligners.Names.Where(name => name != "c3"))}. λ varies for {string.Join(", ", Aligners.Shifts)}; "
            + "the others are one "
            + "model per fusion, width, σ and seed, their λ blank. With σ, center is C3.",
        DefaultValueFactory = _ => "gap-shift",
    };

    private static readonly Option<string[]> Hidden = new("--hidden")
    {
        Description = "Hidden widths of one model, e.g. 128, or 128-64 for two layers; 0 is a linear probe. Several models: --hidden 64 --hidden "
            + "128-64, or '64;128-64'. "
            + "By default 128; late fusion 64 in each branch.",
    };

    private static readonly Option<int?> Folds = new("--folds")
    {
        Description = "Cross-validation by group in so many folds, instead of the split of the file.",
    };
    private static readonly Option<int> Repeats = new("--repeats")
    {
        Description = "How often the folds are drawn anew.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<int?> InnerFolds = new("--inner-folds")
    {
        Description = "Nested choice: val rows of the table are measured on so many folds of all rows that are not tested, each held out in turn.",
    };

    private static readonly Option<string> Dataset = new("--dataset") { Description = "The data set's name in the table." };
    private static readonly Option<string> Encoder = new("--encoder") { Description = "The encoder's name in the table." };

    private static readonly Option<bool> Predictions = new("--predictions")
    {
        Description = "Keep what every model said about every row, in NAME.predictions.parquet beside the table.",
        DefaultValueFactory = _ => true,
    };

    private static readonly OutputOption Out = OutputOption.File(
        "The CSV file to write; an interrupted sweep goes on from the journal beside it.", SweepFile.FilesOf);

    internal static Command Create() => Verb.Create(
        "sweep", "Train and measure models over a grid of aligners, λ, noise, fusion, hidden widths, seeds and folds.",
        [.. FusionArguments.All.Where(o => o != FusionArguments.Hidden), Hidden, Lambda, Sigma, Fusion, Seeds, At, Aligner, Folds, Repeats,
            InnerFolds, Dataset, Encoder, Predictions, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        var arguments = context.Arguments;
        var (lambdas, sigmas) = (NumberList.Parse(arguments.GetValue(Lambda)!, "--lambda"), NumberList.Parse(arguments.GetValue(Sigma)!, "--sigma"));
        var fusions = arguments.GetValue(Fusion)!.Split(',', StringSplitOptions.TrimEntries).Select(FusionArguments.KindOf).ToArray();
        var set = EmbeddingFile.Read(arguments.GetValue(FusionArguments.Embeddings)!);

        // One modality alone has no gap: unless λ or an aligner is asked for, its models are trained without.
        var alone = (set.Image is null || set.Text is null) && arguments.GetResult(Aligner) is not { Implicit: false }
            && arguments.GetResult(Lambda) is not { Implicit: false };
        var options = new SweepOptions
        {
            Labels = FusionArguments.Labels(arguments, set.Table),
            Lambdas = lambdas,
            Sigmas = sigmas,
            Fusions = fusions,
            Seeds = arguments.GetValue(Seeds),
            Trainer = FusionArguments.TrainerOf(arguments),
            Hidden = HiddenOf(arguments.GetValue(Hidden)),
            Dropout = arguments.GetValue(FusionArguments.Dropout),
            Aligners = alone ? ["identity"] : arguments.GetValue(Aligner)!.Split(',', StringSplitOptions.TrimEntries),
            Folds = arguments.GetValue(Folds),
            Repeats = arguments.GetValue(Repeats),
            InnerFolds = arguments.GetValue(InnerFolds),
            ShiftAt = arguments.GetValue(At) == "test" ? ShiftAt.Test : ShiftAt.TrainAndTest,
            Protocol = FusionArguments.ProtocolOf(arguments),
            Prenormalize = !arguments.GetValue(FusionArguments.NoPrenormalize),
            Dataset = arguments.GetValue(Dataset),
            Encoder = arguments.GetValue(Encoder),
            KeepPredictions = arguments.GetValue(Predictions),
            Threads = context.Threads,
        };
        var files = SweepFile.Run(arguments.GetValue(Out)!, set, options, context.Random, context.Progress, context.Cancellation);
        var shifts = options.Aligners.Count(Aligners.UsesLambda);
        var widths = options.Hidden?.Count ?? 1;
        var points = (shifts * lambdas.Count) + (options.Aligners.Count - shifts);
        var folds = (options.Folds ?? 1) * options.Repeats;
        var models = points * sigmas.Count * fusions.Length * widths * options.Seeds * folds;
        context.Out.WriteLine(
            $"{NumberText.Count(models, "model")}: {points} λ and aligner{(points == 1 ? "" : "s")} × {sigmas.Count} σ × "
                + $"{NumberText.Count(fusions.Length, "fusion")} × "
                + $"{NumberText.Count(widths, "width")} × {NumberText.Count(options.Seeds, "seed")} × {NumberText.Count(folds, "fold")}");
        var verdicts = SweepVerdict.Print(context.Out, options, files[0], context.Random);
        return new(files, new { files, models, verdicts });
    }

    private static int[][]? HiddenOf(string[]? texts) => texts is null or [] ? null
        : [.. texts.SelectMany(text => text.Split(';', StringSplitOptions.TrimEntries)).Select(FusionArguments.Widths)];
}
