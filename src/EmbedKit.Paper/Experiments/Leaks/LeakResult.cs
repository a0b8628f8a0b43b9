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

    /// <summary>Bootstrap interval of <see cref="Change"/>, the same draw of groups for both; null for the first and with too few groups on either
    /// side.</summary>
    public required BootstrapInterval? ChangeInterval { get; init; }

    /// <summary>The table: a column for each leak says <c>on</c> or <c>off</c>; numbers with six digits after the point.</summary>
    public static Columns<LeakResult> Columns { get; } = Switches
        .Aggregate(
            new Columns<LeakResult>("leaks.csv").Text("task", r => r.Task).Text("encoder", r => r.Encoder).Text("fusion", r => r.Fusion)
                .Text("kind", r => r.Step.Kind.ToString().ToLowerInvariant()).Text("step", r => r.Step.Name),
            (columns, leak) => columns.Text(
                leak == Leaks.NoValidation ? "no_validation" : "leak_" + leak.ToString().ToLowerInvariant(), r => r.Step.Open.HasFlag(leak) ? "on"
                    : "off"))
        .Number("n_train", r => r.TrainRows).Number("n_test", r => r.TestRows).Number("n_test_groups", r => r.TestGroups)
        .Digits("accuracy", r => r.Accuracy).Digits("f1_macro", r => r.MacroF1).Digits("low", r => r.Interval?.Low)
        .Digits("high", r => r.Interval?.High).Digits("auc", r => r.Auc)
        .Digits("lambda", r => r.Lambda).Digits("epoch", r => r.Epoch).Number("seeds", r => r.Seeds)
        .Digits("change", r => r.Step.From is null ? null : r.Change).Digits("change_low", r => r.ChangeInterval?.Low)
        .Digits("change_high", r => r.ChangeInterval?.High);
}
