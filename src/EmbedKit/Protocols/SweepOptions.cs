using System.Globalization;
using EmbedKit.Alignment;
using EmbedKit.Fusion;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols;

/// <summary>Which rows a shift acts on.</summary>
public enum ShiftAt
{
    /// <summary>Every row is shifted, and a model is trained for each λ: the published code.</summary>
    TrainAndTest,

    /// <summary>One model is trained at λ=0, and only what is predicted is shifted: inference time in the strict sense.</summary>
    Test,
}

/// <summary>A grid of models over λ, noise, fusion and seeds.</summary>
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

    /// <summary>Hidden widths of every model, none for linear probes; null: the default of its kind.</summary>
    public IReadOnlyList<int>? Hidden { get; init; }

    /// <summary>Dropout of every model. Default: 0.</summary>
    public double Dropout { get; init; }

    /// <summary>The shift, one of <see cref="Aligners.Shifts"/>. Default: <c>gap-shift</c>, the paper's; <c>no-renormalize</c> and <c>random-direction</c> are nulls.</summary>
    public string Aligner { get; init; } = "gap-shift";

    /// <summary>Which rows are shifted. Default: all, as published.</summary>
    public ShiftAt ShiftAt { get; init; } = ShiftAt.TrainAndTest;

    /// <summary>The rules. Default: leak-free.</summary>
    public Protocol Protocol { get; init; } = Protocol.LeakFree;

    /// <summary>The rules, when they differ from the protocol's preset. Default: null, the preset.</summary>
    public LeakOptions? Leaks { get; init; }

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

    /// <summary>The shape of the models of one kind.</summary>
    /// <param name="kind">The kind.</param>
    internal FusionOptions Fusion(FusionKind kind) => new() { Kind = kind, Hidden = Hidden, Dropout = Dropout };

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

        if (!Aligners.Shifts.Contains(Aligner))
        {
            throw new InputException($"aligner '{Aligner}': no shift; expected one of {string.Join(", ", Aligners.Shifts)}. The others have no λ to vary: use align, then train.");
        }

        Trainer.Validate();
        foreach (var kind in Fusions)
        {
            Fusion(kind).Validate();
        }
    }

    /// <summary>Everything that decides the numbers, by name: what an unfinished sweep is compared by.</summary>
    internal SortedDictionary<string, string> Describe()
    {
        static string List<T>(IEnumerable<T> values) => string.Join(' ', values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)));
        var leaks = Leaks ?? LeakOptions.Of(Protocol);
        return new(StringComparer.Ordinal)
        {
            ["label"] = List(Labels),
            ["lambda"] = List(Lambdas),
            ["sigma"] = List(Sigmas),
            ["fusion"] = List(Fusions),
            ["seeds"] = List([Seeds]),
            ["trainer"] = (Trainer with { Sigma = 0 }).ToString(),
            ["hidden"] = Hidden is null ? "default" : List(Hidden),
            ["dropout"] = List([Dropout]),
            ["aligner"] = Aligner,
            ["shift-at"] = List([ShiftAt]),
            ["protocol"] = Protocol.Text(),
            ["leaks"] = leaks.ToString(),
            ["prenormalize"] = List([Prenormalize]),
            ["predictions"] = List([KeepPredictions]),
            ["dataset"] = Dataset ?? "",
            ["encoder"] = Encoder ?? "",
        };
    }

    private static void CheckList<T>(string name, IReadOnlyList<T> values, Func<T, bool> valid)
    {
        if (values.Count == 0 || values.Distinct().Count() != values.Count || !values.All(valid))
        {
            var text = string.Join(',', values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)));
            throw new InputException($"{name}: '{text}'; expected at least one value, valid and none twice.");
        }
    }
}
