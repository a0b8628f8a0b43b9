using EmbedKit.Data;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What an audit and a labels table say, in sentences made from them.</summary>
public static class AuditFindings
{
    /// <summary>The kinds of leaks and their fields, e.g. <c>2 text leaks (dx_type, age) and groups on both sides</c>; <c>none</c>.</summary>
    /// <param name="report">An audit.</param>
    public static string Kinds(AuditReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Leaks.Count == 0 ? "none" : string.Join(" and ", report.Leaks.GroupBy(l => l.Kind).Select(kind =>
        {
            string[] fields = [.. kind.Select(l => l.Field).Distinct()];
            return kind.Key == LeakKind.Group ? "groups on both sides"
                : $"{fields.Length} {kind.Key.Text()} leak{(fields.Length > 1 ? "s" : "")} ({string.Join(", ", fields)})";
        }));
    }

    /// <summary>Which fields written into the text tell most, and which of them the audit calls leaks.</summary>
    /// <param name="report">An audit.</param>
    /// <param name="label">One of its label columns.</param>
    public static string Fields(AuditReport report, string label)
    {
        ArgumentNullException.ThrowIfNull(report);
        FieldFinding[] told = [.. report.Fields.Where(f => f.Label == label && f.InText).OrderByDescending(f => f.Auc)];
        FieldFinding[] others = [.. report.Fields.Where(f => f.Label == label && !f.InText).OrderByDescending(f => f.Auc)];
        string[] leaks = [.. report.Leaks.Where(l => l.Label == label).Select(l => l.Field).Distinct()];
        static string Name(FieldFinding f) => $"{f.Field} (AUC {NumberText.Fixed(f.Auc, 2)}, chance {NumberText.Fixed(f.Baseline, 2)})";
        return (told.Length == 0 ? "The text writes out no field of the table." : $"Of the fields in the text {Name(told[0])} tells most of {label}.")
            + (leaks.Length == 0 ? " The audit calls none a leak." : $" The audit calls leaks: {string.Join(", ", leaks)}.")
            + (others.Length == 0 ? "" : $" Of the fields that the text leaves out {Name(others[0])} tells most.");
    }

    /// <summary>The most frequent class: what always answering it would get right.</summary>
    /// <param name="cells">The class of each row; at least one.</param>
    public static string Majority(IReadOnlyList<string> cells)
    {
        var most = cells.GroupBy(c => c).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First();
        return $"{NumberText.Count(most.Count())} of {NumberText.Count(cells.Count, "row")} {(most.Count() == 1 ? "is" : "are")} {most.Key}: always "
            + $"answering {most.Key} is right on "
            + $"{NumberText.Percent(most.Count() / (double)cells.Count)} of them.";
    }

    /// <summary>Which classes go with one value of another column throughout.</summary>
    /// <param name="table">The table.</param>
    /// <param name="classes">The column of classes.</param>
    /// <param name="column">The other column.</param>
    public static string Certain(TextTable table, string classes, string column)
    {
        ArgumentNullException.ThrowIfNull(table);
        var values = table[classes].Zip(table[column]).GroupBy(p => p.First).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (Class: g.Key, Values: g.Select(p => p.Second).Distinct().ToArray())).ToArray();
        string[] certain =
            [.. values.Where(v => v.Values.Length == 1).GroupBy(v => v.Values[0])
                .Select(g => $"{string.Join(", ", g.Select(v => v.Class))} always {g.Key}")];
        return certain.Length == 0 ? $"No class has one {column} throughout."
            : $"One {column} throughout: {string.Join("; ", certain)}. So any other {column} rules these classes out.";
    }
}
