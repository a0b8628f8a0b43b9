using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>
/// <c>predictions.csv</c>: <c>image_id,y_true,y_pred</c> and one <c>score_CLASS</c> column a class; multilabel: <c>image_id</c> and one
/// <c>true_</c>, <c>pred_</c>, <c>score_</c> column a label. Unknown truth is an empty cell. Last, where groups are known, <c>group_id</c>.
/// </summary>
public static class PredictionFile
{
    private const string TrueColumn = "y_true";
    private const string PredictedColumn = "y_pred";
    private const string ScorePrefix = "score_";

    /// <summary>Writes predictions atomically; scores in the shortest form that reads back the same.</summary>
    /// <param name="path">The file.</param>
    /// <param name="predictions">What to write.</param>
    public static void Write(string path, Predictions predictions) => ToTable(predictions).Write(path);

    /// <summary>Predictions as the table that <see cref="Write"/> writes.</summary>
    /// <param name="predictions">N rows.</param>
    public static TextTable ToTable(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var p = predictions;
        var columns = new List<(string Name, string[] Cells)> { (LabelledDataset.IdColumn, [.. p.Ids]) };
        if (p.Task == TaskKind.Multilabel)
        {
            columns.AddRange(
                p.Classes.Select((
                    name, c) =>
                        ($"true_{name}", p.True is null ? Empty(p)
                            : [.. p.Column(p.True, c).Select(t => t < 0 ? "" : t.ToString(CultureInfo.InvariantCulture))])));
            columns.AddRange(p.Classes.Select((name, c) => ($"pred_{name}", Cells(p.Column(p.Predicted, c)))));
        }
        else
        {
            columns.Add((TrueColumn, p.True is null ? Empty(p) : [.. p.True.Select(t => t < 0 ? "" : p.Classes[t])]));
            columns.Add((PredictedColumn, [.. p.Predicted.Select(y => p.Classes[y])]));
        }

        if (p.Scores is not null)
        {
            columns.AddRange(p.Classes.Select((name, c) => (ScorePrefix + name, Cells(p.ScoresOf(c)!))));
        }

        if (p.Groups is not null)
        {
            columns.Add((LabelledDataset.GroupColumn, [.. p.Groups.Select(g => CellMeaning.IsAlone(g) ? "" : g)]));
        }

        return new([.. columns.Select(c => c.Name)], [.. columns.Select(c => c.Cells)], "predictions.csv");
    }

    /// <summary>Reads predictions. Without score columns, the classes are those that appear, in ordinal order.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">Missing columns, a class that no score column names, a cell that is no number.</exception>
    public static Predictions Read(string path)
    {
        var table = TextTable.Read(path);
        LabelledDataset.CheckIds(table);
        string[] scored = [.. table.ColumnNames.Where(c => c.StartsWith(ScorePrefix, StringComparison.Ordinal)).Select(c => c[ScorePrefix.Length..])];
        string[] labels = [.. table.ColumnNames.Where(c => c.StartsWith("pred_", StringComparison.Ordinal)).Select(c => c["pred_".Length..])];
        var isSingle = table.Contains(PredictedColumn) || (labels.Length == 0 && table.Contains(TrueColumn));
        if (!isSingle)
        {
            CheckLabels(table, labels);
        }

        var read = isSingle ? ReadSingle(table, scored) : ReadMultilabel(table, labels, scored.Length > 0);
        return table.Contains(LabelledDataset.GroupColumn) ? read with { Groups = CellMeaning.Groups(table) } : read;
    }

    /// <summary>Refuses a file of neither kind, and one where a label has only one of its two columns.</summary>
    private static void CheckLabels(TextTable table, string[] predicted)
    {
        string[] known = [.. table.ColumnNames.Where(c => c.StartsWith("true_", StringComparison.Ordinal)).Select(c => c["true_".Length..])];
        var found = predicted.Except(known).FirstOrDefault() is { } untold ? $"pred_{SameText.Escaped(untold)} but no true_{SameText.Escaped(untold)}"
            : known.Except(predicted).FirstOrDefault() is { } missing ? $"true_{SameText.Escaped(missing)} but no pred_{SameText.Escaped(missing)}"
            : predicted.Length == 0 ? $"no predictions among its columns {SameText.Escaped(table.ColumnNames.Take(10))}"
            : null;
        if (found is not null)
        {
            throw new InputException(
                $"{table.Source}: {found}; expected columns {TrueColumn} and {PredictedColumn}, or true_LABEL and pred_LABEL for each of several "
                    + "labels, as embedkit train and predict write them.");
        }
    }

    private static Predictions ReadSingle(TextTable table, string[] scored)
    {
        var truth = CellMeaning.Values(table[TrueColumn]);
        var predicted = CellMeaning.Values(table[PredictedColumn]);
        string[] names = CellMeaning.Values(scored);
        CellMeaning.CheckSpellings(table, TrueColumn, PredictedColumn);
        var classes = LabelEncoding.InOrder(names.Length > 0 ? names : predicted.Concat(truth).Where(t => t.Length > 0));
        if (names.Length > classes.Length)
        {
            throw new InputException(
                $"{table.Source}: columns {string.Join(", ", scored.Select(s => ScorePrefix + s))} name a class twice; expected one column a class.");
        }

        if (classes.Length < 2)
        {
            throw new InputException(
                $"{table.Source}: one class only ({SameText.Escaped(classes)}); expected two or more, each with a column {ScorePrefix}CLASS.");
        }

        var number = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        int[] Indices(string column, string[] cells) => [.. cells.Select((cell, row) => number.TryGetValue(cell, out var index) ? index
            : cell.Length == 0 && column == TrueColumn ? Evaluation.Predictions.Unknown
            : throw new InputException(
                $"{table.Source} row {table.FileRow(row)}: {column} is '{SameText.Escaped(cell)}'; expected one of {SameText.Escaped(classes)}" +
                (scored.Length > 0 ? $" (the columns {ScorePrefix}…)." : ".")))];
        return new(
            classes.Length == 2 ? TaskKind.Binary : TaskKind.Multiclass, classes, table[LabelledDataset.IdColumn],
            Indices(TrueColumn, truth), Indices(PredictedColumn, predicted), scored.Length > 0
                ? Scores(table, [.. classes.Select(c => scored[Array.IndexOf(names, c)])]) : null);
    }

    private static Predictions ReadMultilabel(TextTable table, string[] labels, bool scored)
    {
        labels = LabelEncoding.InOrder(labels);
        int[] Flags(string prefix)
        {
            var missing = Enumerable.Range(0, prefix == "true_" ? table.RowCount : 0)
                .Where(r => labels.Any(l => CellMeaning.IsMissing(table[prefix + l][r]))).ToHashSet();
            var flags = new int[table.RowCount * labels.Length];
            for (var i = 0; i < flags.Length; i++)
            {
                var (row, label) = Math.DivRem(i, labels.Length);
                flags[i] = CellMeaning.Value(table[prefix + labels[label]][row]) switch
                {
                    _ when missing.Contains(row) => Evaluation.Predictions.Unknown,
                    "0" => 0,
                    "1" => 1,
                    var other =>
                        throw new InputException($"{table.Source} row {table.FileRow(row)}: {prefix}{labels[label]} is '{other}'; expected 0 or 1."),
                };
            }

            return flags;
        }

        return new(
            TaskKind.Multilabel, labels, table[LabelledDataset.IdColumn],
            Flags("true_"), Flags("pred_"), scored ? Scores(table, labels) : null);
    }

    private static double[] Scores(TextTable table, string[] classes)
    {
        var scores = new double[table.RowCount * classes.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            var (row, c) = Math.DivRem(i, classes.Length);
            var cell = table[ScorePrefix + classes[c]][row];
            if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out scores[i]) || !double.IsFinite(scores[i]))
            {
                throw new InputException(
                    $"{table.Source} row {table.FileRow(row)}: {ScorePrefix}{classes[c]} is '{cell}'; expected a finite number.");
            }
        }

        return scores;
    }

    private static string[] Cells<T>(T[] values)
        where T : IFormattable => [.. values.Select(v => v.ToString(null, CultureInfo.InvariantCulture))];

    private static string[] Empty(Predictions p) => [.. Enumerable.Repeat("", p.Count)];
}
