using EmbedKit.Evaluation;

namespace EmbedKit.Protocols.Audit;

/// <summary>
/// How well one small set of values tells the classes, on rows that were not learned from: the share of each class among rows of the same
/// value in the four other parts is the score of a row in the fifth.
/// </summary>
internal sealed class CrossFit
{
    private readonly int[] _cellOfRow;
    private readonly int[] _rows;
    private readonly int _values;

    internal CrossFit(AuditTable table, LabelTarget target, int[] valueOfRow, int values)
    {
        (_rows, _values) = (target.Rows, values);
        _cellOfRow = [.. target.Rows.Select(r => (table.FoldOfRow[r] * values) + valueOfRow[r])];
    }

    /// <summary>One-vs-rest ROC-AUC of each class; NaN for a class that all rows or none have.</summary>
    internal double[] Auc(int[] classOfRow, int classes)
    {
        var cells = AuditTable.Folds * _values;
        var counts = new int[cells * classes];
        var rows = new int[cells];
        for (var i = 0; i < _rows.Length; i++)
        {
            counts[(_cellOfRow[i] * classes) + classOfRow[_rows[i]]]++;
            rows[_cellOfRow[i]]++;
        }

        var (scores, order, result) = (new double[cells], new int[cells], new double[classes]);
        for (var c = 0; c < classes; c++)
        {
            long positives = 0;
            for (var cell = 0; cell < cells; cell++)
            {
                positives += counts[(cell * classes) + c];
                order[cell] = cell;
            }

            var prior = positives / (double)_rows.Length;
            for (var value = 0; value < _values; value++)
            {
                int hits = 0, all = 0;
                for (var cell = value; cell < cells; cell += _values)
                {
                    hits += counts[(cell * classes) + c];
                    all += rows[cell];
                }

                for (var cell = value; cell < cells; cell += _values)
                {
                    scores[cell] = (hits - counts[(cell * classes) + c] + prior) / (all - rows[cell] + 1);
                }
            }

            result[c] = Area(scores, order, cell => (counts[(cell * classes) + c], rows[cell]));
        }

        return result;
    }

    /// <summary>Rows are compared within their part only: what was left out of a part's fit shifts all its scores one way.</summary>
    private double Area(double[] scores, int[] order, Func<int, (int Hits, int Rows)> cell)
    {
        var area = new RocArea();
        for (var start = 0; start < scores.Length; start += _values)
        {
            Array.Sort(scores, order, start, _values);
            area.NextPart();
            for (var i = start; i < start + _values;)
            {
                long hits = 0, rows = 0;
                for (var score = scores[i]; i < start + _values && scores[i] == score; i++)
                {
                    var (h, r) = cell(order[i]);
                    hits += h;
                    rows += r;
                }

                area.Add(hits, rows - hits);
            }
        }

        return area.Value;
    }
}
