using System.CommandLine;
using System.Globalization;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Evaluation;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit evaluate</c>: metrics of one prediction file, or two compared on the same rows.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> File = new("--predictions")
    {
        Description = "predictions.csv: image_id, y_true, y_pred and score_CLASS columns.",
        Required = true,
    };

    private static readonly Option<string?> Against = new("--against") { Description = "A second file with the same ids, to compare with." };

    internal static Command Create() => Verb.Create("evaluate", "Measure predictions; compare two sets of predictions of the same rows.", [File, Against], Run);

    private static CommandResult Run(CommandContext context)
    {
        var (path, against) = (context.Arguments.GetRequiredValue(File), context.Arguments.GetValue(Against));
        var predictions = PredictionFile.Read(path);
        var report = Metrics.Compute(predictions);
        var json = new Dictionary<string, object?>(report.ToNamed());
        Print(context.Out, path, report);
        if (against is not null)
        {
            var other = PredictionFile.Read(against);
            var comparison = PairedComparison.Of(predictions, other, context.Random.Create("evaluate/bootstrap"));
            context.Out.WriteLine();
            Print(context.Out, against, Metrics.Compute(other));
            json["against"] = Metrics.Compute(other).ToNamed();
            json["comparison"] = Compare(context.Out, path, against, comparison);
        }

        return new([], json);
    }

    private static void Print(TextWriter print, string path, MetricReport report)
    {
        print.WriteLine($"{path}: {report.Count:N0} rows, {report.PerClass.Count} {(report.Task == TaskKind.Multilabel ? "labels" : "classes")}");
        foreach (var (name, value) in report.ToNamed())
        {
            if (value is double number)
            {
                var note = name.StartsWith("paper_", StringComparison.Ordinal) ? "  (as published)" : "";
                print.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-32} {number,8:0.0000}{note}"));
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
                CultureInfo.InvariantCulture, $"  {c.Class,-20} {c.Precision,9:0.0000} {c.Recall,9:0.0000} {c.F1,9:0.0000} {c.RocAuc,9:0.0000} {c.Support,9}"));
        }
    }

    private static object Compare(TextWriter print, string first, string second, PairedComparison comparison)
    {
        print.WriteLine();
        print.WriteLine($"First ({first}) against second ({second}), the same {comparison.Count:N0} rows, rows drawn with replacement:");
        foreach (var difference in comparison.Differences)
        {
            print.WriteLine($"  {difference.InWords}");
        }

        var (m, once) = (comparison.McNemar, comparison.McNemar.OnlyFirst + comparison.McNemar.OnlySecond);
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"{once} rows are right in one file only ({m.OnlyFirst} in the first, {m.OnlySecond} in the second): McNemar's exact p = {m.P:0.####}, ") +
            (m.P < 0.05 ? "more uneven than chance." : "no more uneven than chance.");
        const string Caveat = "Rows count as independent here: where several belong to one patient, lesion or city, the intervals are too narrow.";
        print.WriteLine($"  {words}");
        print.WriteLine($"  {Caveat}");
        return new
        {
            rows = comparison.Count,
            differences = comparison.Differences.Select(d => new
            {
                d.Metric,
                d.First,
                d.Second,
                d.Difference,
                d.Interval.Low,
                d.Interval.High,
                excludesZero = d.Interval.ExcludesZero,
                d.InWords,
            }),
            mcnemar = new { m.OnlyFirst, m.OnlySecond, m.P, inWords = words },
            caveat = Caveat,
        };
    }
}
