namespace EmbedKit.Protocols.Audit;

/// <summary>Whether values and a class go together, counted over independent rows.</summary>
internal static class Association
{
    /// <summary>
    /// The p-value at which something counts as certain. An audit asks some hundred such questions, so that of ten thousand audits of tables
    /// without any leak about one would raise a false alarm by chance alone; a size is asked for besides.
    /// </summary>
    internal const double Certain = 1e-6;

    /// <summary>The smallest exact p-value of a value being too frequent in the class, or too rare.</summary>
    internal static double LeastP(LabelTarget target, int[] valueOfRow, int values, int positive)
    {
        var (hits, all) = (new int[values], new int[values]);
        foreach (var row in target.Units)
        {
            all[valueOfRow[row]]++;
            hits[valueOfRow[row]] += target.OfRow[row] == positive ? 1 : 0;
        }

        var (ofClass, units) = (target.UnitsOfClass[positive], target.Units.Length);
        return Enumerable.Range(0, values).Where(v => all[v] > 0)
            .Min(v => Math.Min(new Presence(hits[v], all[v], ofClass, units).P, new Presence(all[v] - hits[v], all[v], units - ofClass, units).P));
    }
}
