using System.CommandLine;
using EmbedKit.Alignment;
using EmbedKit.Cli.Terminal;
using EmbedKit.Protocols;
using EmbedKit.Storage;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit sweep</c>: a grid of models over λ, noise, fusion and seeds.</summary>
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
        Description = "Models: any of early,late,image,text.",
        DefaultValueFactory = _ => "early,late",
    };

    private static readonly Option<int> Seeds = new("--seeds") { Description = "Seeds per point of the grid.", DefaultValueFactory = _ => 5 };
    private static readonly Option<string> At = FusionArguments.OneOf("--shift-at", "train+test", "Which rows are shifted.", "train+test", "test");

    private static readonly Option<string> Aligner = FusionArguments.OneOf(
        "--aligner", "gap-shift", "The shift; no-renormalize and random-direction are nulls.", [.. Aligners.Shifts]);

    private static readonly Option<string> Dataset = new("--dataset") { Description = "The data set's name in the table." };
    private static readonly Option<string> Encoder = new("--encoder") { Description = "The encoder's name in the table." };

    private static readonly Option<bool> Predictions = new("--predictions")
    {
        Description = "Keep what every model said about every row, in NAME.predictions.parquet beside the table.",
        DefaultValueFactory = _ => true,
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "The CSV file to write; an interrupted sweep goes on from the journal beside it.",
        Required = true,
    };

    internal static Command Create() => Verb.Create(
        "sweep", "Train and measure models over a grid of λ, noise, fusion and seeds.",
        [.. FusionArguments.All, Lambda, Sigma, Fusion, Seeds, At, Aligner, Dataset, Encoder, Predictions, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        var arguments = context.Arguments;
        var (lambdas, sigmas) = (NumberList.Parse(arguments.GetValue(Lambda)!, "--lambda"), NumberList.Parse(arguments.GetValue(Sigma)!, "--sigma"));
        var fusions = arguments.GetValue(Fusion)!.Split(',', StringSplitOptions.TrimEntries).Select(FusionArguments.KindOf).ToArray();
        var set = EmbeddingFile.Read(arguments.GetValue(FusionArguments.Embeddings)!);
        var options = new SweepOptions
        {
            Labels = FusionArguments.Labels(arguments, set),
            Lambdas = lambdas,
            Sigmas = sigmas,
            Fusions = fusions,
            Seeds = arguments.GetValue(Seeds),
            Trainer = FusionArguments.TrainerOf(arguments),
            Hidden = FusionArguments.HiddenOf(arguments),
            Dropout = arguments.GetValue(FusionArguments.Dropout),
            Aligner = arguments.GetValue(Aligner)!,
            ShiftAt = arguments.GetValue(At) == "test" ? ShiftAt.Test : ShiftAt.TrainAndTest,
            Protocol = FusionArguments.ProtocolOf(arguments),
            Prenormalize = !arguments.GetValue(FusionArguments.NoPrenormalize),
            Dataset = arguments.GetValue(Dataset),
            Encoder = arguments.GetValue(Encoder),
            KeepPredictions = arguments.GetValue(Predictions),
            Threads = context.Threads,
        };
        var files = SweepFile.Run(arguments.GetValue(Out)!, set, options, context.Random, context.Progress, context.Cancellation);
        var models = lambdas.Count * sigmas.Count * fusions.Length * options.Seeds;
        context.Out.WriteLine($"{models:N0} models: {lambdas.Count} λ × {sigmas.Count} σ × {fusions.Length} fusions × {options.Seeds} seeds");
        return new(files, new { files, models });
    }
}
