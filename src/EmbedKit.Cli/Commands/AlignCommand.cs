using System.CommandLine;
using System.Globalization;
using EmbedKit.Alignment;
using EmbedKit.Cli.Terminal;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit align</c>: writes aligned embeddings.</summary>
internal static class AlignCommand
{
    private static readonly Option<string> Embeddings = new("--embeddings") { Description = "Embeddings with both modalities, .parquet or .csv.", Required = true };
    private static readonly Option<string> Out = new("--out") { Description = "File to write, .parquet or .csv.", Required = true };

    private static readonly Option<double?> Lambda = new("--lambda")
    {
        Description = "Strength: 0 leaves the gap, 1 closes it, below 0 widens it. Required but for identity.",
    };

    private static readonly Option<double> Sigma = new("--sigma") { Description = "Standard deviation of frozen Gaussian noise, added before the shift." };

    private static readonly Option<bool> NoPrenormalize = new("--no-prenormalize")
    {
        Description = "Do not normalise rows before the shift: the published function by itself.",
    };

    private static readonly Option<string> Method = new("--method")
    {
        Description = "gap-shift (the paper's), identity or random-direction (nulls).",
        DefaultValueFactory = _ => "gap-shift",
    };

    private static readonly Option<string> FitOn = new("--fit-on")
    {
        Description = "train: learn from rows of split train. all: from every row, test rows included, as the published code does (a leak).",
        DefaultValueFactory = _ => "train",
    };

    static AlignCommand()
    {
        Method.AcceptOnlyFromAmong("gap-shift", "identity", "random-direction");
        FitOn.AcceptOnlyFromAmong("train", "all");
    }

    internal static Command Create() => Verb.Create(
        "align", "Move image and text embeddings toward each other and write the result.", [Embeddings, Lambda, Sigma, Method, FitOn, NoPrenormalize, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        var (arguments, path) = (context.Arguments, context.Arguments.GetRequiredValue(Embeddings));
        var aligner = Aligner(context);
        var noise = new GaussianNoise(arguments.GetValue(Sigma), context.Random.Derive("align"));
        var set = EmbeddingFile.Read(path);
        var published = arguments.GetValue(FitOn) == "all";
        if (!published && set.Splits is null)
        {
            throw new InputException($"{path}: no column 'split', so training rows are unknown; " +
                "add one, or learn from every row with --fit-on all, as the published code does (a leak).");
        }

        if (published)
        {
            const string Leak = "--fit-on all: the gap is learned from every row, test rows included, as published; results on test rows are not leak-free.";
            context.Progress.Report(new("align", 0, 0, Leak));
        }

        var aligned = aligner.Fit(published ? TrainingSet.AllRowsAsPublished(set) : TrainingSet.From(set)).Transform(set, noise);
        var provenance = new Dictionary<string, string>(set.Provenance)
        {
            ["aligner"] = aligner.Name,
            ["aligner.lambda"] = (arguments.GetValue(Lambda) ?? 0).ToString(CultureInfo.InvariantCulture),
            ["aligner.sigma"] = noise.Sigma.ToString(CultureInfo.InvariantCulture),
            ["aligner.fit_on"] = published ? "all (published, a leak)" : "train",
            ["aligner.prenormalize"] = arguments.GetValue(NoPrenormalize) ? "no" : "yes",
            ["aligner.seed"] = context.Random.RootSeed.ToString(CultureInfo.InvariantCulture),
        };
        var result = arguments.GetRequiredValue(Out);
        EmbeddingFile.Write(result, new(aligned.Table, aligned.Image, aligned.Text, provenance));
        var (before, after) = (ModalityGap.Of(set), ModalityGap.Of(aligned));
        context.Out.WriteLine($"{aligner.Name}: gap between centroids {before.Norm:0.0000} before, {after.Norm:0.0000} after ({set.Count:N0} rows)");
        return new([result], new
        {
            files = (string[])[result],
            rows = set.Count,
            aligner = aligner.Name,
            gapBefore = EmbeddingsCommand.GapJson(before),
            gapAfter = EmbeddingsCommand.GapJson(after),
        });
    }

    private static IAligner Aligner(CommandContext context)
    {
        var (name, lambda, bare) = (context.Arguments.GetValue(Method), context.Arguments.GetValue(Lambda), context.Arguments.GetValue(NoPrenormalize));
        if (name == "identity")
        {
            return lambda is null or 0 && !bare
                ? new IdentityAligner()
                : throw new InputException("--method identity only normalises; leave --lambda and --no-prenormalize out.");
        }

        if (lambda is null)
        {
            throw new InputException($"--lambda is missing; --method {name} expects a number, usually between -1 and 1.");
        }

        var options = new ShiftOptions { Lambda = lambda.Value, Prenormalize = !bare };
        options.Validate();
        return name == "gap-shift" ? new GapShift(options) : new RandomDirectionShift(options, context.Random.Derive("align"));
    }
}
