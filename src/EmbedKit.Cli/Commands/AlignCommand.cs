using System.CommandLine;
using System.Globalization;
using EmbedKit.Alignment;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit align</c>: writes aligned embeddings and measures both modalities before and after.</summary>
internal static class AlignCommand
{
    private static readonly Option<string> Embeddings = new("--embeddings")
    {
        Description = "Embeddings with both modalities, .parquet or .csv.",
        Required = true,
    };
    private static readonly OutputOption Out = OutputOption.File("File to write, .parquet or .csv.", EmbeddingFile.FilesOf);

    private static readonly Option<double?> Lambda = new("--lambda")
    {
        Description = "Strength of a shift: 0 leaves the gap, 1 closes it, below 0 widens it. For "
            + $"{string.Join(", ", Aligners.Names.Where(Aligners.UsesLambda))}.",
    };

    private static readonly Option<double> Sigma = new("--sigma")
    {
        Description = "Standard deviation of frozen Gaussian noise, added before the alignment acts; with c3 after centring.",
    };

    private static readonly Option<bool> NoPrenormalize = new("--no-prenormalize")
    {
        Description = "Do not normalise rows first: the published function by itself.",
    };

    private static readonly Option<string> Method = new("--method")
    {
        Description = $"The paper's gap-shift, or another: {string.Join(", ", Aligners.Names)}. The last three are nulls.",
        DefaultValueFactory = _ => "gap-shift",
    };

    private static readonly Option<string?> MatchWidth = new("--match-width")
    {
        Description = $"How unequal widths get one: {string.Join(", ", WidthMatch.Names)}. By default interpolate, as published.",
    };

    private static readonly Option<string?> Label = new("--label")
    {
        Description = "Label column, for learned-lambda; several 0/1 columns separated by commas.",
    };

    private static readonly Option<string> FitOn = new("--fit-on")
    {
        Description = "train: learn from rows of split train. all: from every row, test rows included, as the published code does (a leak).",
        DefaultValueFactory = _ => "train",
    };

    static AlignCommand() => FitOn.AcceptOnlyFromAmong("train", "all");

    internal static Command Create() => Verb.Create(
        "align", "Bring image and text embeddings closer together, write the result and measure it.",
        [Embeddings, Method, Lambda, Sigma, MatchWidth, Label, FitOn, NoPrenormalize, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        var (arguments, path) = (context.Arguments, context.Arguments.GetRequiredValue(Embeddings));
        var (aligner, noise) = Aligner(context);
        var set = EmbeddingFile.Read(path);
        var published = arguments.GetValue(FitOn) == "all";
        if (!published && set.Splits is null)
        {
            throw new InputException($"{path}: no column 'split', so training rows are unknown; " +
                "add one, or learn from every row with --fit-on all, as the published code does (a leak).");
        }

        if (published)
        {
            const string Leak =
                "--fit-on all: the alignment is learned from every row, test rows included, as published; results on test rows are not leak-free.";
            context.Progress.Report(new("align", 0, 0, Leak));
        }

        TorchSharp.torch.set_num_threads(context.Threads);
        var fitted = aligner.Fit(published ? TrainingSet.AllRowsAsPublished(set) : TrainingSet.From(set));
        var aligned = fitted.Transform(set, noise);
        var result = arguments.GetRequiredValue(Out);
        EmbeddingFile.Write(
            result, new(aligned.Table, aligned.Image, aligned.Text, Provenance(context, set, aligner.Name, (fitted as FittedShift)?.Options.Lambda)));
        var (measured, rows) = Measured(set);
        var (before, after) = (ModalityMeasures.Of(set.Select(rows), context.Random), ModalityMeasures.Of(aligned.Select(rows), context.Random));
        Print(context.Out, $"{aligner.Name}, measured on {measured}", before, after);
        return new([result], new
        {
            files = (string[])[result],
            rows = set.Count,
            aligner = aligner.Name,
            lambda = (fitted as FittedShift)?.Options.Lambda,
            measuredOn = measured,
            before = before.ToNamed().ToDictionary(m => m.Name, m => m.Value),
            after = after.ToNamed().ToDictionary(m => m.Name, m => m.Value),
            gapBefore = EmbeddingsCommand.GapJson(ModalityGap.Of(set)),
            gapAfter = EmbeddingsCommand.GapJson(ModalityGap.Of(aligned)),
        });
    }

    private static (IAligner Aligner, GaussianNoise? Noise) Aligner(CommandContext context)
    {
        var (arguments, name, streams) = (context.Arguments, context.Arguments.GetValue(Method)!, context.Random.Derive("align"));
        var (lambda, sigma, bare, widths) =
            (arguments.GetValue(Lambda), arguments.GetValue(Sigma), arguments.GetValue(NoPrenormalize), arguments.GetValue(MatchWidth));
        if (name == "identity" && (lambda is not null || bare || widths is not null))
        {
            throw new InputException("--method identity only normalises; leave --lambda, --match-width and --no-prenormalize out.");
        }

        var aligner = Aligners.Create(name, new()
        {
            Lambda = lambda,
            Sigma = sigma,
            Space = new() { Prenormalize = !bare, Widths = WidthMatch.Parse(widths ?? WidthMatch.Names[0], streams) },
            Labels = arguments.GetValue(Label)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            Random = streams,
        });
        return (aligner, name == "c3" ? null : new(sigma, streams));
    }

    private static Dictionary<string, string> Provenance(CommandContext context, EmbeddingSet set, string aligner, double? lambda) =>
        new(set.Provenance)
        {
            ["aligner"] = aligner,
            ["aligner.lambda"] = lambda?.ToString(CultureInfo.InvariantCulture) ?? "none",
            ["aligner.sigma"] = context.Arguments.GetValue(Sigma).ToString(CultureInfo.InvariantCulture),
            ["aligner.fit_on"] = context.Arguments.GetValue(FitOn) == "all" ? "all (published, a leak)" : "train",
            ["aligner.match_width"] = context.Arguments.GetValue(MatchWidth) ?? (aligner == "identity" ? "none" : WidthMatch.Names[0]),
            ["aligner.prenormalize"] = context.Arguments.GetValue(NoPrenormalize) ? "no" : "yes",
            ["aligner.seed"] = context.Random.RootSeed.ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>Test rows where there are enough to measure, since training rows fit by making; otherwise every row.</summary>
    private static (string Name, int[] Rows) Measured(EmbeddingSet set)
    {
        int[] test = set.Splits is null ? [] : set.RowsOf(Split.Test);
        return test.Length >= LinearSeparability.FewestRows
            ? ($"the {test.Length:N0} test rows", test)
            : ($"all of {NumberText.Count(set.Count, "row")}", [.. Enumerable.Range(0, set.Count)]);
    }

    private static void Print(TextWriter print, string title, ModalityMeasures before, ModalityMeasures after)
    {
        print.WriteLine($"{title}:");
        print.WriteLine($"  {"",-28} {"before",9} {"after",9}");
        foreach (var ((name, old), (_, now)) in before.ToNamed().Zip(after.ToNamed()))
        {
            print.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-28} {Text(old),9} {Text(now),9}"));
        }

        static string Text(double? value) => value is { } number ? NumberText.Fixed(number, 4) : "–";
    }
}
