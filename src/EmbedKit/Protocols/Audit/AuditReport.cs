namespace EmbedKit.Protocols.Audit;

/// <summary>One leak.</summary>
/// <param name="Kind">What kind it is.</param>
/// <param name="Field">The column, or the words of the text, that it sits in.</param>
/// <param name="Label">The label column that is given away; null where the leak is about rows and no label.</param>
/// <param name="Auc">How well this alone tells the label: macro one-vs-rest ROC-AUC, 0…1, on rows of groups that were not learned from; null where
/// nothing is predicted.</param>
/// <param name="Baseline">The mean of the same with labels exchanged at random; null as <paramref name="Auc"/>.</param>
/// <param name="Rows">Rows concerned.</param>
/// <param name="Explanation">What it is and why it counts, in one or two sentences.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record Leak(LeakKind Kind, string Field, string? Label, double? Auc, double? Baseline, int Rows, string Explanation, string Remedy);

/// <summary>How much one field tells of a label, leak or not.</summary>
/// <param name="Field">The column.</param>
/// <param name="Label">The label column.</param>
/// <param name="Auc">Macro one-vs-rest ROC-AUC of the field alone, cross-fitted over five parts that share no group.</param>
/// <param name="Baseline">The mean of the same with labels exchanged at random.</param>
/// <param name="Class">The class it tells best, of those with at least ten groups.</param>
/// <param name="ClassAuc">One-vs-rest ROC-AUC for that class.</param>
/// <param name="ClassBaseline">The mean, labels exchanged, of the best class's.</param>
/// <param name="InText">Whether the text repeats the field.</param>
/// <param name="Remark">What else is known of it: another form of the label, recorded with the label, a site; or empty.</param>
public sealed record FieldFinding(
    string Field, string Label, double Auc, double Baseline, string Class, double ClassAuc, double ClassBaseline, bool InText, string Remark);

/// <summary>What one word or pair of words of the text tells of a label.</summary>
/// <param name="Words">The word, or two that follow each other; without a text, <c>field=value</c>.</param>
/// <param name="Label">The label column.</param>
/// <param name="Class">The class it tells best.</param>
/// <param name="Auc">One-vs-rest ROC-AUC of its presence for that class; below 0.5 where it speaks against the class.</param>
/// <param name="Rows">Rows that hold it.</param>
/// <param name="Field">The field it repeats, or null.</param>
public sealed record WordFinding(string Words, string Label, string Class, double Auc, int Rows, string? Field);

/// <summary>What the whole text tells of a label: naive Bayes over words and pairs, cross-fitted over five parts that share no group.</summary>
/// <param name="Label">The label column.</param>
/// <param name="Auc">Macro one-vs-rest ROC-AUC.</param>
/// <param name="Baseline">The mean of the same with labels exchanged at random.</param>
public sealed record TextFinding(string Label, double Auc, double Baseline);

/// <summary>Rows and groups of one class on each side.</summary>
/// <param name="Label">The label column.</param>
/// <param name="Class">The class.</param>
/// <param name="Split"><c>train</c>, <c>val</c>, <c>test</c>, or <c>all</c> without a split.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Groups">Groups.</param>
public sealed record BalanceRow(string Label, string Class, string Split, int Rows, int Groups);

/// <summary>A group with rows on both sides.</summary>
/// <param name="Group">The group.</param>
/// <param name="Train">Ids of its training rows, at most five.</param>
/// <param name="Others">Ids of its other rows, at most five.</param>
public sealed record SharedGroup(string Group, IReadOnlyList<string> Train, IReadOnlyList<string> Others);

/// <summary>Two rows that show the same picture, one of them training and the other not, or any two without a split.</summary>
/// <param name="First">An id.</param>
/// <param name="FirstSplit">Its side; empty without a split.</param>
/// <param name="Second">The other id.</param>
/// <param name="SecondSplit">Its side; empty without a split.</param>
/// <param name="Exact">Whether the files are equal byte by byte.</param>
/// <param name="Cosine">The cosine of fingerprints or embeddings, 1 for equal files.</param>
/// <param name="SameGroup">Whether both belong to one group.</param>
/// <param name="SameLabels">Whether both have the same labels.</param>
public sealed record SharedPicture(
    string First, string FirstSplit, string Second, string SecondSplit, bool Exact, double Cosine, bool SameGroup, bool SameLabels);

/// <summary>Rows that show the same picture.</summary>
/// <param name="Rows">Rows that another row repeats.</param>
/// <param name="Pictures">Pictures that stand in several rows.</param>
/// <param name="TestRowsInTrain">Test rows whose picture stands among the training rows; null without a split.</param>
/// <param name="ContradictoryPictures">Pictures whose rows have different labels.</param>
/// <param name="Clusters">Id and picture number of every row that another row repeats.</param>
/// <param name="Examples">Pairs across the split, those of different groups first; without a split any; at most fifty.</param>
public sealed record DuplicateFinding(
    int Rows, int Pictures, int? TestRowsInTrain, int ContradictoryPictures, IReadOnlyList<(string Id, int Picture)> Clusters,
    IReadOnlyList<SharedPicture> Examples);

/// <summary>What the audit found.</summary>
public sealed record AuditReport
{
    /// <summary>Rows of the table.</summary>
    public required int Rows { get; init; }

    /// <summary>Distinct groups; without a group column, as many as rows.</summary>
    public required int Groups { get; init; }

    /// <summary>Test rows; null without a split.</summary>
    public required int? TestRows { get; init; }

    /// <summary>Test rows whose group has training rows; null without a split.</summary>
    public required int? TestRowsSharingGroupWithTrain { get; init; }

    /// <summary>The text column that was judged; null where there is none and fields were judged in its place.</summary>
    public required string? TextColumn { get; init; }

    /// <summary>The leaks, most telling first within a kind.</summary>
    public required IReadOnlyList<Leak> Leaks { get; init; }

    /// <summary>What each field tells, leak or not, by label and falling AUC.</summary>
    public required IReadOnlyList<FieldFinding> Fields { get; init; }

    /// <summary>The most telling words of the text, at most twenty a label.</summary>
    public required IReadOnlyList<WordFinding> Words { get; init; }

    /// <summary>What the whole text (without one: all fields together) tells, one a label.</summary>
    public required IReadOnlyList<TextFinding> Text { get; init; }

    /// <summary>Class and group balance.</summary>
    public required IReadOnlyList<BalanceRow> Balance { get; init; }

    /// <summary>Columns in which a side of the split differs from the whole table, the largest difference first: no leaks.</summary>
    public required IReadOnlyList<ShiftFinding> Shifts { get; init; }

    /// <summary>Groups on both sides, the first twenty.</summary>
    public required IReadOnlyList<SharedGroup> SharedGroups { get; init; }

    /// <summary>Rows that show the same picture; null when neither images nor embeddings were given.</summary>
    public DuplicateFinding? Duplicates { get; init; }

    /// <summary>Which columns were taken for what, what could not be checked, and other remarks.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
