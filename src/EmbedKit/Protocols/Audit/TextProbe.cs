using EmbedKit.Evaluation;

namespace EmbedKit.Protocols.Audit;

/// <summary>
/// Multinomial naive Bayes over the words and pairs that a row holds (add-one smoothing), in closed form: five fits over parts that share no
/// group, each row scored by the fit that did not see its part.
/// </summary>
internal sealed class TextProbe(AuditTable table, LabelTarget target, TextFeatures features)
{
    /// <summary>One-vs-rest ROC-AUC of each class; NaN for a class that all rows or none have.</summary>
    internal double[] Auc(int[] classOfRow)
    {
        var (classes, words) = (target.Classes.Length, features.Names.Length);
        var counts = new int[AuditTable.Folds + 1][];
        var rows = new int[AuditTable.Folds + 1][];
        for (var f = 0; f <= AuditTable.Folds; f++)
        {
            counts[f] = new int[words * classes];
            rows[f] = new int[classes];
        }

        foreach (var row in target.Rows)
        {
            var (fold, c) = (table.FoldOfRow[row], classOfRow[row]);
            rows[fold][c]++;
            foreach (var word in features.OfRow[row])
            {
                counts[fold][(word * classes) + c]++;
            }
        }

        for (var f = 0; f < AuditTable.Folds; f++)
        {
            Add(counts[f], counts[^1]);
            Add(rows[f], rows[^1]);
        }

        var scores = new float[classes][];
        for (var c = 0; c < classes; c++)
        {
            scores[c] = new float[target.Rows.Length];
        }

        var byFold = Enumerable.Range(0, target.Rows.Length).ToLookup(i => table.FoldOfRow[target.Rows[i]]);
        for (var f = 0; f < AuditTable.Folds; f++)
        {
            Score(Weights(counts[^1], counts[f], rows[^1], rows[f], classes), byFold[f], scores);
        }

        var result = new double[classes];
        for (var c = 0; c < classes; c++)
        {
            result[c] = Area(scores[c], c, classOfRow, byFold);
        }

        return result;
    }

    private static void Add(int[] part, int[] sum)
    {
        for (var i = 0; i < part.Length; i++)
        {
            sum[i] += part[i];
        }
    }

    /// <summary>Log-probabilities, words × classes, and one row more with the priors.</summary>
    private static float[] Weights(int[] all, int[] fold, int[] allRows, int[] foldRows, int classes)
    {
        var words = all.Length / classes;
        var totals = new double[classes];
        for (var i = 0; i < all.Length; i++)
        {
            totals[i % classes] += all[i] - fold[i] + 1;
        }

        var weights = new float[all.Length + classes];
        for (var i = 0; i < all.Length; i++)
        {
            weights[i] = (float)Math.Log((all[i] - fold[i] + 1) / totals[i % classes]);
        }

        for (var c = 0; c < classes; c++)
        {
            weights[(words * classes) + c] = (float)Math.Log(allRows[c] - foldRows[c] + 1);
        }

        return weights;
    }

    /// <summary>The log-odds of each class against the others together.</summary>
    private void Score(float[] weights, IEnumerable<int> positions, float[][] scores)
    {
        var classes = scores.Length;
        var sum = new double[classes];
        foreach (var i in positions)
        {
            for (var c = 0; c < classes; c++)
            {
                sum[c] = weights[weights.Length - classes + c];
            }

            foreach (var word in features.OfRow[target.Rows[i]])
            {
                for (var c = 0; c < classes; c++)
                {
                    sum[c] += weights[(word * classes) + c];
                }
            }

            var top = sum.Max();
            var all = sum.Sum(s => Math.Exp(s - top));
            for (var c = 0; c < classes; c++)
            {
                // log p − log(1 − p), with 1 − p as the sum over the others where p is near 1.
                var others = sum.Where((_, o) => o != c).Sum(s => Math.Exp(s - top));
                scores[c][i] = (float)(sum[c] - top - Math.Log(Math.Max(others, all * 1e-30)));
            }
        }
    }

    /// <summary>Rows are compared within their part only, as in <see cref="CrossFit"/>.</summary>
    private double Area(float[] scores, int positive, int[] classOfRow, ILookup<int, int> byFold)
    {
        var area = new RocArea();
        foreach (var part in byFold)
        {
            int[] order = [.. part];
            float[] keys = [.. order.Select(i => scores[i])];
            Array.Sort(keys, order);
            area.NextPart();
            for (var i = 0; i < keys.Length;)
            {
                long hits = 0, rows = 0;
                for (var score = keys[i]; i < keys.Length && keys[i] == score; i++, rows++)
                {
                    hits += classOfRow[target.Rows[order[i]]] == positive ? 1 : 0;
                }

                area.Add(hits, rows - hits);
            }
        }

        return area.Value;
    }
}
