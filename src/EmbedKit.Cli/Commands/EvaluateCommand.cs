using System.CommandLine;
using System.Globalization;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit evaluate</c>: metrics of one prediction file, or two compared on the same rows.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> File = new("--predictions")
    {
        Description = "predictions.csv: image_id, y_true, y_pred, score_CLASS columns, and perhaps group_id.",
        Required = true,
    };

    private static readonly Option<string?> Against = new("--against") { Description = "A second file with the same ids, to compare with." };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "Labels CSV whose group_id tells which rows belong together (patient, lesion, city); by default the group_id of the "
            + "predictions.",
    };

    internal static Command Create() =>
        Verb.Create("evaluate", "Measure predictions; compare two sets of predictions of the same rows.", [File, Against, Labels], Run);

    private static CommandResult Run(CommandContext context)
    {
        var (path, against, labels) =
            (context.Arguments.GetRequiredValue(File), context.Arguments.GetValue(Against), context.Arguments.GetValue(Labels));
        if (labels is not null && against is null)
        {
            throw new InputException("--labels gives groups for a comparison; expected --against with a second file of predictions.");
        }

        var predictions = PredictionFile.Read(path);
        var other = against is null ? null : PredictionFile.Read(against);
        var unknown = predictions.UnknownIds.Concat(other?.UnknownIds ?? []).ToHashSet(StringComparer.Ordinal);
        (predictions, other) = (Known(predictions, path, unknown), other is null ? null : Known(other, against!, unknown));
        PairedComparison? comparison = null;
        if (other is not null)
        {
            // Before anything is printed: what cannot be compared is refused whole.
            (predictions, other) = PairedComparison.SameClasses(predictions, other);
            var grouped = labels is null ? predictions : predictions with { Groups = GroupsOf(predictions, TextTable.Read(labels)) };
            comparison = PairedComparison.Of(
                grouped, labels is null ? other : other with { Groups = null }, context.Random.Create("evaluate/bootstrap"));
        }

        var report = Metrics.Compute(predictions);
        var json = new Dictionary<string, object?>(report.ToNamed()) { ["rows_without_truth"] = unknown.Count };
        if (unknown.Count > 0)
        {
            context.Out.WriteLine($"{NumberText.Count(unknown.Count, "row")} left out for a missing y_true, the first "
                + $"{SameText.Escaped(unknown.First())}.");
        }

        Print(context.Out, path, report);
        PrintReliability(context.Out, report.Calibration);
        if (other is not null && comparison is not null)
        {
            context.Out.WriteLine();
            var otherReport = Metrics.Compute(other);
            Print(context.Out, against!, otherReport);
            json["against"] = otherReport.ToNamed();
            json["comparison"] = Compare(context.Out, path, against!, comparison);
        }

        return new([], json);
    }

    /// <summary>The rows that can be measured; all of them where nothing is known, so that the message says that.</summary>
    private static Predictions Known(Predictions predictions, string path, HashSet<string> unknown) => predictions.Ids.All(unknown.Contains)
        ? throw new InputException($"{path}: no true labels (y_true is empty); expected labelled rows, since nothing can be measured without them.")
        : predictions.Without(unknown);

    private static string[] GroupsOf(Predictions predictions, TextTable labels)
    {
        LabelledDataset.CheckIds(labels);
        var ids = labels[LabelledDataset.IdColumn];
        var groups = CellMeaning.Groups(labels, say: true);
        var index = new IdIndex(ids);
        int[] rows = [.. predictions.Ids.Select(id => index.Find(id) is [var row]
            ? row
            : throw new InputException(
                $"{labels.Source}: no row for '{SameText.Escaped(id)}', which is predicted; "
                    + "expected the labels that the predictions were made from."))];
        IdIndex.SayLoose(predictions.Ids, rows.Select(row => ids[row]), "the predictions", labels.Source);
        return [.. rows.Select(row => groups[row])];
    }

    private static void Print(TextWriter print, string path, MetricReport report)
    {
        print.WriteLine(
            $"{path}: {NumberText.Count(report.Count, "row")}, {report.PerClass.Count} "
                + $"{(report.Task == TaskKind.Multilabel ? "labels" : "classes")}"
                + $"{(report.PositiveClass is { } positive ? $", positive: {SameText.Escaped(positive)}" : "")}");
        foreach (var (name, value) in report.ToNamed())
        {
            if (value is double number)
            {
                var note = name.StartsWith("paper_", StringComparison.Ordinal) ? "  (as published)" : "";
                print.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-32} {NumberText.Fixed(number, 4),8}{note}"));
            }
        }

        foreach (var (name, reason) in report.Missing)
        {
            print.WriteLine($"  {name,-32}    blank: {reason}");
        }

        print.WriteLine($"  {"class",-20} {"precision",9} {"recall",9} {"f1",9} {"auc",9} {"rows",9}");
        foreach (var c in report.PerClass)
        {
            print.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {SameText.Escaped(c.Class),-20} {c.Precision,9:0.0000} {c.Recall,9:0.0000} {c.F1,9:0.0000} {c.RocAuc,9:0.0000} {c.Support,9}"));
        }
    }

    private static void PrintReliability(TextWriter print, Calibration? calibration)
    {
        if (calibration is null)
        {
            return;
        }

        print.WriteLine($"  {"when this sure",-20} {"said",9} {"right",9} {"rows",9}");
        foreach (var bin in calibration.Bins)
        {
            print.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {$"{bin.Low:0.00} to {bin.High:0.00}",-20} {bin.Confidence,9:0.0000} {bin.Accuracy,9:0.0000} {bin.Count,9}"));
        }
    }

    private static object Compare(TextWriter print, string first, string second, PairedComparison comparison)
    {
        print.WriteLine();
        var unit = comparison.Groups is { } groups ? NumberText.Count(groups, "group")
            : $"{NumberText.Count(comparison.Count, "row")} taken one by one";
        var tested = string.Create(
            CultureInfo.InvariantCulture,
            $"the same {NumberText.Count(comparison.Count, "row")}, {unit}. Intervals: {comparison.Differences[0].Interval.Resamples:N0} ")
            + "draws with replacement (BCa). p: predictions of the two files swapped at random. "
            + $"Both {(comparison.Groups is null ? "row by row" : "by whole groups")}; "
            + $"p corrected for {comparison.Differences.Count} metrics (Holm).";
        print.WriteLine($"First ({first}) against second ({second}), {tested}");
        foreach (var difference in comparison.Differences)
        {
            print.WriteLine($"  {difference.InWords}");
        }

        var (m, once) = (comparison.McNemar, comparison.McNemar.OnlyFirst + comparison.McNemar.OnlySecond);
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"{NumberText.Count(once, "row is", "rows are")} right in one file only ({m.OnlyFirst} in the first, {m.OnlySecond} in the second): "
                + $"McNemar's exact p = {NumberText.P(m.P)}, ") +
            (m.P < 0.05 ? "more uneven than chance." : "no more uneven than chance.");
        var caveat = comparison.Groups is null
            ? "Rows count as independent here: where several belong to one patient, lesion or city, the intervals are too narrow. Give groups "
                + $"with a {LabelledDataset.GroupColumn} column or --labels."
            : "McNemar's test counts rows as independent, groups or not; where groups hold several rows, trust the intervals.";
        const string Scope = "p is corrected for the metrics of this pair alone: where this is one of several comparisons, ask for smaller p. "
            + "One test set has no folds, so there is no t test here: embedkit sweep --folds --repeats gives tests over folds.";
        print.WriteLine($"  {words}");
        print.WriteLine($"  {caveat}");
        print.WriteLine($"  {Scope}");
        return new
        {
            rows = comparison.Count,
            comparison.Groups,
            tested,
            differences = comparison.Differences.Select(d => new
            {
                d.Metric,
                d.First,
                d.Second,
                d.Difference,
                d.Interval.Low,
                d.Interval.High,
                excludesZero = d.Interval.ExcludesZero,
                method = d.Interval.Method == IntervalMethod.Bca ? "bca" : "percentile",
                d.P,
                d.AdjustedP,
                verdict = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(d.Verdict.ToString()),
                d.InWords,
            }),
            mcnemar = new { m.OnlyFirst, m.OnlySecond, m.P, m.CorrectedP, inWords = words },
            caveat,
            scope = Scope,
        };
    }
}
