using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>What a model said about N rows, and what is true of them.</summary>
public sealed record Predictions
{
    /// <summary>Stands where the truth is unknown.</summary>
    internal const int Unknown = -1;

    /// <summary>Checks and joins the parts; the arrays are kept, not copied.</summary>
    /// <param name="task">What kind of label this is.</param>
    /// <param name="classes">C names in the order of the training label list; binary: negative, positive; multilabel: the labels.</param>
    /// <param name="ids">N ids.</param>
    /// <param name="truth">N class indices; multilabel: N×C values 0 or 1, row-major; −1 throughout a row that is unknown. Null when all are.</param>
    /// <param name="predicted">The same for what was predicted.</param>
    /// <param name="scores">N×C scores, row-major: probabilities, or anything that grows with them. Null when there are none.</param>
    /// <exception cref="InputException">No row; a length that does not fit; an index out of range; a score that is no number.</exception>
    public Predictions(
        TaskKind task, IReadOnlyList<string> classes, IReadOnlyList<string> ids,
        IReadOnlyList<int>? truth, IReadOnlyList<int> predicted, IReadOnlyList<double>? scores = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(predicted);
        (Task, Classes, Ids, True, Predicted, Scores) =
            (task, [.. classes], [.. ids], truth is null || truth.All(t => t == Unknown) ? null : [.. truth], [.. predicted], scores?.ToArray());
        if (Count == 0 || Classes.Count < 2 || (task == TaskKind.Binary && Classes.Count != 2))
        {
            throw new InputException($"predictions: {NumberText.Count(Count, "row")} and {NumberText.Count(Classes.Count, "class", "classes")} for "
                + $"a {task} task; " +
                "expected rows, and two classes or more (binary: two).");
        }

        CheckIndices(True, "true");
        CheckIndices(Predicted, "predicted");
        if (Scores is not null && Scores.Length != Count * Classes.Count)
        {
            throw new InputException(
                $"predictions: {NumberText.Count(Scores.Length, "score")} for {NumberText.Count(Count, "row")} and "
                    + $"{NumberText.Count(Classes.Count, "class", "classes")}; expected one a row and class.");
        }

        if (Scores is not null && Array.FindIndex(Scores, s => !double.IsFinite(s)) is >= 0 and var bad)
        {
            var (row, column) = Math.DivRem(bad, Classes.Count);
            throw new InputException(
                $"predictions row {row + 2} ({Ids[row]}): score of {Classes[column]} is {Scores[bad]}; expected a finite number.");
        }
    }

    /// <summary>What kind of label this is.</summary>
    public TaskKind Task { get; }

    /// <summary>C names, in the order of the scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>N ids.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>N class indices, or N×C values 0 and 1 for multilabel; −1 in rows whose truth is unknown; null when all are.</summary>
    public int[]? True { get; }

    /// <summary>N class indices, or N×C values 0 and 1 for multilabel.</summary>
    public int[] Predicted { get; }

    /// <summary>N×C scores, row-major, or null.</summary>
    public double[]? Scores { get; }

    /// <summary>Whether there are scores and all of them lie in [0, 1].</summary>
    public bool HasProbabilities => Scores is not null && !Scores.AsSpan().ContainsAnyExceptInRange(0.0, 1.0);

    /// <summary>The group (lesion, patient, city) of each of the N rows, whose rows are not independent of each other; null when unknown.</summary>
    public IReadOnlyList<string>? Groups
    {
        get;
        init => field = value is null || value.Count == Count
            ? value
            : throw new InputException(
                $"predictions: {NumberText.Count(value.Count, "group")} for {NumberText.Count(Count, "row")}; expected one a row.");
    }

    /// <summary>N.</summary>
    public int Count => Ids.Count;

    /// <summary>The positive class of a binary task, which AUC, average precision and binary F1 are about; null for other tasks.</summary>
    public string? PositiveClass => Task == TaskKind.Binary ? Classes[1] : null;

    /// <summary>Ids of rows whose truth is unknown.</summary>
    public IReadOnlyList<string> UnknownIds =>
        True is null ? Ids : [.. Enumerable.Range(0, Count).Where(i => True[i * (True.Length / Count)] == Unknown).Select(i => Ids[i])];

    /// <summary>The predictions without some rows; the same when none of them is here.</summary>
    /// <param name="ids">The ids of the rows to leave out.</param>
    /// <exception cref="InputException">No row is left.</exception>
    public Predictions Without(IReadOnlySet<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        int[] rows = [.. Enumerable.Range(0, Count).Where(i => !ids.Contains(Ids[i]))];
        T[]? Of<T>(T[]? values) =>
            values is null ? null : [.. rows.SelectMany(r => new ArraySegment<T>(values, r * (values.Length / Count), values.Length / Count))];
        return rows.Length == Count ? this : new(Task, Classes, [.. rows.Select(r => Ids[r])], Of(True), Of(Predicted)!, Of(Scores))
        {
            Groups = Groups is null ? null : [.. rows.Select(r => Groups[r])],
        };
    }

    /// <summary>The predictions numbered by more classes; the same where there are no more.</summary>
    internal Predictions Over(IReadOnlyList<string> classes)
    {
        if (classes.Count == Classes.Count)
        {
            return this;
        }

        int[] number = [.. Classes.Select(name => classes.ToList().IndexOf(name))];
        int[]? Of(int[]? values) => values is null ? null : [.. values.Select(v => v < 0 ? v : number[v])];
        return new(TaskKind.Multiclass, classes, Ids, Of(True), Of(Predicted)!) { Groups = Groups };
    }

    /// <summary>What is true of every row, for work that needs it.</summary>
    /// <exception cref="InputException">It is unknown, of all rows or of some.</exception>
    public int[] RequireTrue() => True is not null && True.Contains(Unknown)
        ? throw new InputException(
            $"predictions: y_true of {UnknownIds[0]} is unknown; expected labelled rows, since nothing can be measured without them.")
        : True ?? throw new InputException(
            "predictions: no true labels (y_true is empty); expected labelled rows, since nothing can be measured without them.");

    /// <summary>The scores of one class, N long; null when there are none.</summary>
    /// <param name="column">0-based class number.</param>
    public double[]? ScoresOf(int column) => Scores is null ? null : Column(Scores, column);

    /// <summary>One column of an N×C array.</summary>
    internal T[] Column<T>(T[] values, int column) => [.. Enumerable.Range(0, Count).Select(i => values[(i * Classes.Count) + column])];

    private void CheckIndices(int[]? values, string what)
    {
        if (values is null)
        {
            return;
        }

        var (width, limit) = Task == TaskKind.Multilabel ? (Classes.Count, 2) : (1, Classes.Count);
        if (values.Length != Count * width)
        {
            throw new InputException($"predictions: {NumberText.Count(values.Length, $"{what} label")} for {NumberText.Count(Count, "row")}; "
                + $"expected {Count * width}.");
        }

        if (Array.FindIndex(values, v => v >= limit || v < (what == "true" ? Unknown : 0)) is >= 0 and var bad)
        {
            throw new InputException(
                $"predictions row {(bad / width) + 2} ({Ids[bad / width]}): {what} label number {values[bad]}; expected 0…{limit - 1}.");
        }
    }
}
