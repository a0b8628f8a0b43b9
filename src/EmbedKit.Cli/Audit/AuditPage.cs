using System.Globalization;
using EmbedKit.Charts;
using EmbedKit.Embedding.Images;
using EmbedKit.Protocols.Audit;
using EmbedKit.Report;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Audit;

/// <summary>The audit as a page: what leaks, how one sees it, what to do.</summary>
internal static class AuditPage
{
    private const int MostPictures = 12;

    /// <summary>Writes <c>index.html</c>.</summary>
    /// <param name="path">The page.</param>
    /// <param name="report">What was found.</param>
    /// <param name="allowed">Kinds that were waived.</param>
    /// <param name="source">The name of the audited file.</param>
    /// <param name="fileOf">The image file of an id, or null.</param>
    /// <param name="files">Files beside the page, which are written together with it.</param>
    /// <param name="run">How the numbers came about.</param>
    internal static void Write(
        string path, AuditReport report, IReadOnlySet<LeakKind> allowed, string source, Func<string, string?> fileOf, IReadOnlyList<string> files,
        ReportRun run)
    {
        var provenance = $"audit of {source}";
        ReportPage.Write(path, new()
        {
            Title = $"Leakage audit of {source}",
            Provenance = provenance,
            Summary = [Verdict(report, allowed),
                "A leak is a way to the label that will not be there when a model is used. What is called one here has to be large, certain and of "
                    + "a kind: see each. What only informs, such as age, is measured and left in peace."],
            Run = run,
            Sections =
            [
                Leaks(report, allowed),
                .. report.Text.Select(t => t.Label).DefaultIfEmpty(null).OfType<string>().Select((label, i) => Fields(report, label, i, provenance)),
                Groups(report),
                Shifts(report),
                .. report.Duplicates is { } found ? (ReportSection[])[Duplicates(found, fileOf)] : [],
                Balance(report, provenance),
            ],
            Files = [.. files.Select(f => new ReportLink(f, f))],
        }, files);
    }

    /// <summary>The page's first sentence.</summary>
    internal static string Verdict(AuditReport report, IReadOnlySet<LeakKind> allowed)
    {
        var open = report.Leaks.Count(l => !allowed.Contains(l.Kind));
        var waived = report.Leaks.Count - open;
        var rows = $"Looked at: {NumberText.Count(report.Rows, "row")} in {NumberText.Count(report.Groups, "group")}.";
        return (open, waived) switch
        {
            (0, 0) => $"No leak was found. {rows}",
            (0, _) => $"Every leak that was found ({waived}) was allowed. {rows}",
            _ => $"{NumberText.Count(open, "leak was", "leaks were")} found{(waived > 0 ? $", and {waived} allowed" : "")}. {rows}",
        };
    }

    private static ReportSection Leaks(AuditReport report, IReadOnlySet<LeakKind> allowed) => new()
    {
        Id = "leaks",
        Title = "Leaks",
        Question = "What tells the label that should not?",
        Findings = report.Leaks.Count == 0
            ? ["Nothing that was looked for was found. What could not be looked for stands among the remarks at the end."] : [],
        Tables = report.Leaks.Count == 0 ? [] : [new("Leaks", ["kind", "where", "AUC", "by chance", "rows", "what it is", "what to do"],
            [.. report.Leaks.Select(l =>
                (IReadOnlyList<string>)[l.Kind.Text() + (allowed.Contains(l.Kind) ? " (allowed)" : ""), l.Field, Number(l.Auc), Number(l.Baseline),
                    Count(l.Rows), l.Explanation, l.Remedy])])],
    };

    private static ReportSection Fields(AuditReport report, string label, int number, string provenance)
    {
        FieldFinding[] fields = [.. report.Fields.Where(f => f.Label == label)];
        WordFinding[] words = [.. report.Words.Where(w => w.Label == label)];
        var id = string.Create(CultureInfo.InvariantCulture, $"fields-{number + 1}");
        return new()
        {
            Id = id,
            Title = $"What each field tells about {label}",
            Question = $"If a model saw this field and nothing else, how well could it tell {label}?",
            Figures = fields.Length == 0 ? [] : [new($"{id}-auc", AuditCharts.Fields(report, label, provenance, $"{label} from one field alone"),
                "Each row was scored by a table of class shares made from the other four fifths of the groups. The mark is the same with labels "
                    + "exchanged between groups: what chance gives.")],
            Findings = [.. report.Text.Where(t => t.Label == label).Select(t => FormattableString.Invariant(
                $"{(report.TextColumn is { } text ? $"All words of {text}" : "All fields")} together tell {label} with AUC {t.Auc:0.000} (chance ")
                + FormattableString.Invariant($"{t.Baseline:0.000}). That alone is no leak: honest text is meant to tell. ")
                + "The table of words shows where it comes from.")],
            Tables =
            [
                new("Fields", ["field", "AUC", "by chance", "best told class", "AUC of that class", "in the text", "remark"],
                    [.. fields.Select(f =>
                        (IReadOnlyList<string>)[f.Field, Number(f.Auc), Number(f.Baseline), f.Class, Number(f.ClassAuc), f.InText ? "yes"
                            : "no", f.Remark])]),
                new("Most telling words", ["words", "class", "AUC of their presence", "rows", "tells the field"],
                    [.. words.Select(w => (IReadOnlyList<string>)[w.Words, w.Class, Number(w.Auc), Count(w.Rows), w.Field ?? ""])]),
            ],
        };
    }

    private static ReportSection Groups(AuditReport report) => new()
    {
        Id = "groups",
        Title = "Groups",
        Question = "Does one lesion, patient or city stand on both sides of the split?",
        Findings = [report.TestRowsSharingGroupWithTrain is { } sharing
            ? $"{NumberText.Count(sharing)} of {NumberText.Count(report.TestRows!.Value, "test row")} in a group of training rows."
            : "There is no split, so this could not be looked at."],
        Tables = report.SharedGroups.Count == 0 ? [] : [new("The first groups on both sides", ["group", "training rows", "other rows"],
            [.. report.SharedGroups.Select(g => (IReadOnlyList<string>)[g.Group, string.Join(", ", g.Train), string.Join(", ", g.Others)])])],
    };

    private static ReportSection Shifts(AuditReport report) => new()
    {
        Id = "shift",
        Title = "Sides that differ",
        Question = "Does each side of the split look like the whole table, or does it measure another population?",
        Findings = report.Shifts.Count > 0
            ? ["A side that differs is no leak, but its scores are those of another population, and cannot be compared with scores on another split."]
            : [report.TestRows is null ? "There is no split, so this could not be looked at."
                : "No column of few values, no range of numbers and no size of group has a share on a side that differs from its share of all rows "
                    + "by 5 points and more than chance."],
        Tables = report.Shifts.Count == 0 ? []
            : [new(
                "Columns whose shares differ most",
                ["column", "value", "side", "share of the side", "share of all rows", "rows to exchange", "what it may do", "what to do"],
            [.. report.Shifts.Select(s =>
                (IReadOnlyList<string>)[s.Column, s.Value, s.Split, Percent(s.Share), Percent(s.Whole), Percent(s.Distance), s.Explanation,
                    s.Remedy])])],
    };

    private static ReportSection Duplicates(DuplicateFinding found, Func<string, string?> fileOf) => new()
    {
        Id = "duplicates",
        Title = "Duplicates",
        Question = "Does one picture stand in several rows, and on both sides of the split?",
        Pictures = [.. found.Examples.Take(MostPictures).Select(e => Picture(e, fileOf)).OfType<ReportPicture>()],
        Findings =
        [
            $"{NumberText.Count(found.Pictures, "picture stands", "pictures stand")} in {NumberText.Count(found.Rows, "row")}." +
            (found.TestRowsInTrain is { } test
                ? $" {NumberText.Count(test, "test row shows", "test rows show")} a picture that training rows show too." : "") +
            (found.ContradictoryPictures > 0
                ? $" {NumberText.Count(found.ContradictoryPictures, "picture has", "pictures have")} rows with different labels: at most one of "
                    + "them is right." : ""),
        ],
        Tables = found.Examples.Count == 0 ? []
            : [new("Pairs, those of different groups first", ["one", "side", "other", "side", "how alike", "same group", "same label"],
            [.. found.Examples.Select(e =>
                (IReadOnlyList<string>)[e.First, e.FirstSplit, e.Second, e.SecondSplit, e.Exact ? "equal files" : Number(e.Cosine), e.SameGroup
                    ? "yes" : "no", e.SameLabels ? "yes" : "no"])])],
    };

    private static ReportPicture? Picture(SharedPicture pair, Func<string, string?> fileOf) =>
        fileOf(pair.First) is { } first && fileOf(pair.Second) is { } second
        ? new([ImageThumbnail.Jpeg(first), ImageThumbnail.Jpeg(second)],
            $"{pair.First} ({pair.FirstSplit}) and {pair.Second} ({pair.SecondSplit}): "
                + $"{(pair.Exact ? "equal files" : "nearly the same picture")}{(pair.SameLabels ? "" : ", different labels")}")
        : null;

    private static ReportSection Balance(AuditReport report, string provenance) => new()
    {
        Id = "balance",
        Title = "Balance, and remarks",
        Question = "How many rows and groups has each class on each side, and what was taken for what?",
        Figures = [.. report.Balance.Select(b => b.Label).Distinct().Select((label, i) => new ReportFigure(
            string.Create(CultureInfo.InvariantCulture, $"balance-{i + 1}"),
            AuditCharts.Balance(report, label, provenance, $"{label}: classes on each side"),
            "A class that is rarer on one side than on the other makes numbers of the two sides incomparable."))],
        Findings = report.Notes,
        Tables = [new("Classes", ["label", "class", "side", "rows", "groups"],
            [.. report.Balance.Select(b => (IReadOnlyList<string>)[b.Label, b.Class, b.Split, Count(b.Rows), Count(b.Groups)])])],
    };

    private static string Number(double? value) => value is { } number ? NumberText.Score(number) : "";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    private static string Count(int value) => NumberText.Count(value);
}
