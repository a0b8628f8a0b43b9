using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What one step measured on its test rows, mean over seeds: a row of <c>tables/leaks.csv</c>.</summary>
public sealed record LeakResult
{
    private static readonly Leaks[] Switches = [.. Enum.GetValues<Leaks>().Where(l => l is not (Leaks.None or Leaks.All))];

    /// <summary>Data set and label.</summary>
    public required string Task { get; init; }

    /// <summary>Encoder pair.</summary>
    public required string Encoder { get; init; }

    /// <summary>early or late.</summary>
    public required string Fusion { get; init; }

    /// <summary>Which leaks are open.</summary>
    public required LeakStep Step { get; init; }

    /// <summary>Training rows.</summary>
    public required int TrainRows { get; init; }

    /// <summary>Test rows; other ones in the split by image than in the grouped split.</summary>
    public required int TestRows { get; init; }

    /// <summary>Groups (lesions, patients, cities) among them.</summary>
    public required int TestGroups { get; init; }

    /// <summary>0–1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>0–1.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Bootstrap interval of <see cref="MacroF1"/> by group; null below <see cref="PairedComparison.FewestUnits"/> groups.</summary>
    public required BootstrapInterval? Interval { get; init; }

    /// <summary>One-vs-rest macro, 0–1, as the step's rule computes it; null where undefined.</summary>
    public required double? Auc { get; init; }

    /// <summary>The chosen λ.</summary>
    public required double Lambda { get; init; }

    /// <summary>The chosen epoch, from 1.</summary>
    public required double Epoch { get; init; }

    /// <summary>How many runs were averaged; each chose its own epoch and λ.</summary>
    public required int Seeds { get; init; }

    /// <summary>Macro-F1 minus that of the step compared with; 0 for the first.</summary>
    public required double Change { get; init; }

    /// <summary>Bootstrap interval of <see cref="Change"/>, the same draw of groups for both; null for the first and with too few groups on either side.</summary>
    public required BootstrapInterval? ChangeInterval { get; init; }

    /// <summary>The table: a column for each leak says <c>on</c> or <c>off</c>; numbers with six digits after the point.</summary>
    /// <param name="results">The rows.</param>
    public static TextTable ToTable(IReadOnlyList<LeakResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        string[] names =
        [
            "task", "encoder", "fusion", "kind", "step", .. Switches.Select(s => ColumnOf(s)), "n_train", "n_test", "n_test_groups", "accuracy", "f1_macro", "low", "high", "auc",
            "lambda", "epoch", "seeds", "change", "change_low", "change_high",
        ];
        return TextTable.OfRows(names, results.Select(r => r.Cells()), "leaks.csv");
    }

    private static string ColumnOf(Leaks leak) => leak == Leaks.NoValidation ? "no_validation" : "leak_" + leak.ToString().ToLowerInvariant();

    private string[] Cells() =>
    [
        Task, Encoder, Fusion, Step.Kind.ToString().ToLowerInvariant(), Step.Name, .. Switches.Select(s => Step.Open.HasFlag(s) ? "on" : "off"),
        Whole(TrainRows), Whole(TestRows), Whole(TestGroups), NumberText.Digits(Accuracy), NumberText.Digits(MacroF1), NumberText.Digits(Interval?.Low), NumberText.Digits(Interval?.High), NumberText.Digits(Auc),
        NumberText.Digits(Lambda), NumberText.Digits(Epoch), Whole(Seeds), Step.From is null ? "" : NumberText.Digits(Change), NumberText.Digits(ChangeInterval?.Low), NumberText.Digits(ChangeInterval?.High),
    ];

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
}
