using System.Globalization;
using EmbedKit.Alignment;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols.Sweep;

/// <summary>Which rows a shift acts on.</summary>
public enum ShiftAt
{
    /// <summary>Every row is shifted, and a model is trained for each λ: the published code.</summary>
    TrainAndTest,

    /// <summary>One model is trained at λ=0, and only what is predicted is shifted: inference time in the strict sense.</summary>
    Test,
}

/// <summary>A grid of models over aligners, λ, noise, fusion, hidden widths, seeds and folds.</summary>
public sealed record SweepOptions
{
    /// <summary>The label columns: one, or several of 0 and 1.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Strengths of the shift. Default: −1 to 1 by 0.1, as published.</summary>
    public IReadOnlyList<double> Lambdas { get; init; } = [.. Enumerable.Range(-10, 21).Select(i => i / 10.0)];

    /// <summary>Strengths of the noise on training rows, σ. Default: none.</summary>
    public IReadOnlyList<double> Sigmas { get; init; } = [0];

    /// <summary>Which models. Default: early and late.</summary>
    public IReadOnlyList<FusionKind> Fusions { get; init; } = [FusionKind.Early, FusionKind.Late];

    /// <summary>How many seeds, numbered from 0. Default: 5.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>Epochs, batches, optimiser, loss; its sigma is set by the grid.</summary>
    public TrainerOptions Trainer { get; init; } = new();

    /// <summary>Hidden widths, one entry a model: [[64], [128, 64]] sweeps one layer of 64 and two of 128 and 64, [[]] linear probes; null: the
    /// default of each kind.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Hidden { get; init; }

    /// <summary>Dropout of every model. Default: 0.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// The aligners, any of <see cref="Alignment.Aligners.Names"/>: shifts along the grid of λ, the others once each. Default: <c>gap-shift</c>, the
    /// paper's; <c>identity</c>, <c>no-renormalize</c> and <c>random-direction</c> are nulls.
    /// </summary>
    public IReadOnlyList<string> Aligners { get; init; } = ["gap-shift"];

    /// <summary>Which rows are shifted. Default: all, as published.</summary>
    public ShiftAt ShiftAt { get; init; } = ShiftAt.TrainAndTest;

    /// <summary>The rules. Default: leak-free.</summary>
    public Protocol Protocol { get; init; } = Protocol.LeakFree;

    /// <summary>The rules, when they differ from the protocol's preset. Default: null, the preset.</summary>
    public LeakOptions? Leaks { get; init; }

    /// <summary>The rules in force.</summary>
    public LeakOptions LeaksInForce => Leaks ?? LeakOptions.Of(Protocol);

    /// <summary>K for cross-validation: all rows are parted into folds by group (by row where the published split is in force), whatever their split.
    /// Default: null, the split of the file.</summary>
    public int? Folds { get; init; }

    /// <summary>How often the folds are drawn anew. Default: 1.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>
    /// J for nested cross-validation: the <c>val</c> row of a model is measured on rows that J inner folds of the training and validation rows
    /// hold out, so that λ is chosen on all of them. Default: null, the validation rows of the split.
    /// </summary>
    public int? InnerFolds { get; init; }

    /// <summary>Normalise rows before the gap is measured. Default: true.</summary>
    public bool Prenormalize { get; init; } = true;

    /// <summary>The data set's name in the table; null: the name of the file it was read from.</summary>
    public string? Dataset { get; init; }

    /// <summary>The encoder's name in the table; null: the models that the embeddings say they come from.</summary>
    public string? Encoder { get; init; }

    /// <summary>Keep what every model said about every row, in a file beside the table. Default: yes.</summary>
    public bool KeepPredictions { get; init; } = true;

    /// <summary>Models trained side by side, one thread each. Changes no result. Default: the machine's processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>These options with the names that data set and encoder have in the table.</summary>
    /// <param name="set">The embeddings, which give a name that is not given.</param>
    internal SweepOptions Named(EmbeddingSet set) => this with
    {
        Dataset = Dataset ?? Path.GetFileNameWithoutExtension(set.Table.Source),
        Encoder = Encoder
            ?? string.Join('+', ((string[])["image_model", "text_model"]).Select(set.Provenance.GetValueOrDefault).OfType<string>().Distinct()),
    };

    /// <summary>The shapes of the models of one kind.</summary>
    /// <param name="kind">The kind.</param>
    internal IEnumerable<FusionOptions> Shapes(FusionKind kind) =>
        (Hidden ?? [null!]).Select(widths => new FusionOptions { Kind = kind, Hidden = widths, Dropout = Dropout });

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">An empty list, a repeated or infinite value, or a number out of range.</exception>
    public void Validate()
    {
        CheckList("lambda", Lambdas, double.IsFinite);
        CheckList("sigma", Sigmas, s => s >= 0 && double.IsFinite(s));
        CheckList("fusion", Fusions, Enum.IsDefined);
        if (Seeds < 1 || Threads < 1)
        {
            throw new InputException($"seeds {Seeds}, threads {Threads}; expected at least 1 of each.");
        }

        CheckList("aligner", Aligners, Alignment.Aligners.Names.Contains, $", of {string.Join(", ", Alignment.Aligners.Names)}");
        if (Aligners.Contains("c3"))
        {
            throw new InputException(
                "aligner 'c3' freezes its noise on every row; expected 'center' with --sigma, noise fresh on training rows alone, which is C3 as "
                    + "its paper has it.");
        }

        if (ShiftAt == ShiftAt.Test && Aligners.FirstOrDefault(a => !Alignment.Aligners.UsesLambda(a)) is { } still)
        {
            throw new InputException(
                $"aligner '{still}' has no λ; expected one of {string.Join(", ", Alignment.Aligners.Shifts)} where only test rows are shifted.");
        }

        CheckList("hidden", [.. Hidden?.Select(widths => string.Join('-', widths)) ?? ["default"]], _ => true);
        CheckFolds();
        Trainer.Validate();
        foreach (var shape in Fusions.SelectMany(Shapes))
        {
            shape.Validate();
        }
    }

    /// <summary>Checks what cannot be checked without the rows.</summary>
    /// <returns>The width of the wider modality.</returns>
    /// <exception cref="InputException">Noise between modalities that share no width; or models or aligners that need a modality the rows
    /// lack.</exception>
    internal int CheckWidths(EmbeddingSet set)
    {
        if (set is { Image: { } image, Text: { } text })
        {
            return image.Dimension == text.Dimension || !Aligners.Contains("identity") || Sigmas.All(s => s == 0)
                ? Math.Max(image.Dimension, text.Dimension)
                : throw new InputException(
                    $"{set.Table.Source}: aligner 'identity' keeps widths {image.Dimension} and {text.Dimension}; expected --sigma 0, or an "
                        + "aligner that brings both to one width.");
        }

        foreach (var kind in Fusions)
        {
            new FusionOptions { Kind = kind }.CheckRows(set);
        }

        return Aligners.FirstOrDefault(aligner => aligner != "identity") is not { } needy ? (set.Image ?? set.Text)!.Dimension
            : throw new InputException(
                $"{set.Table.Source}: no {(set.Image is null ? "image" : "text")} embeddings, which aligner '{needy}' aligns; expected --aligner "
                    + "identity, or a file with both modalities.");
    }

    /// <summary>Everything that decides the numbers, by name: what an unfinished sweep is compared by.</summary>
    internal SortedDictionary<string, string> Describe()
    {
        static string List<T>(IEnumerable<T> values) => string.Join(' ', values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)));
        return new(StringComparer.Ordinal)
        {
            ["label"] = List(Labels),
            ["lambda"] = List(Lambdas),
            ["sigma"] = List(Sigmas),
            ["fusion"] = List(Fusions),
            ["seeds"] = List([Seeds]),
            ["trainer"] = (Trainer with { Sigma = 0 }).ToString(),
            ["hidden"] = Hidden is null ? "default" : List(Hidden.Select(widths => string.Join('-', widths))),
            ["dropout"] = List([Dropout]),
            ["aligner"] = List(Aligners),
            ["shift-at"] = List([ShiftAt]),
            ["protocol"] = Protocol.Text(),
            ["leaks"] = LeaksInForce.ToString(),
            ["folds"] = List([Folds]),
            ["repeats"] = List([Repeats]),
            ["inner-folds"] = List([InnerFolds]),
            ["prenormalize"] = List([Prenormalize]),
            ["predictions"] = List([KeepPredictions]),
            ["dataset"] = Dataset ?? "",
            ["encoder"] = Encoder ?? "",
        };
    }

    private void CheckFolds()
    {
        if (Folds < 2 || InnerFolds < 2 || Repeats < 1 || (Folds is null && Repeats > 1))
        {
            throw new InputException($"folds {Folds?.ToString(CultureInfo.InvariantCulture) ?? "none"}, repeats {Repeats}, inner folds " +
                $"{InnerFolds?.ToString(CultureInfo.InvariantCulture) ?? "none"}; expected at least 2 folds, and repeats of at least 1, above 1 "
                    + "only with folds.");
        }

        if (InnerFolds is not null && LeaksInForce.SelectEpochOnTest)
        {
            throw new InputException(
                "inner folds choose λ without the test rows, on which these rules choose the epoch; expected --protocol leak-free, or no inner "
                    + "folds.");
        }
    }

    private static void CheckList<T>(string name, IReadOnlyList<T> values, Func<T, bool> valid, string expected = "")
    {
        if (values.Count == 0 || values.Distinct().Count() != values.Count || !values.All(valid))
        {
            var text = string.Join(',', values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)));
            throw new InputException($"{name}: '{text}'; expected at least one value, valid and none twice{expected}.");
        }
    }
}
