using EmbedKit.Data;

namespace EmbedKit.Protocols.Audit;

/// <summary>
/// Columns that carry the trace of having been computed over all rows, test rows among them: standardised so that all rows together have mean
/// 0 and deviation 1 while the training rows do not; or equal, value by value of another column, to the mean label of all rows.
/// </summary>
internal static class TargetFitCheck
{
    private const double MostSubtle = 10, CoarsestMean = 0.01;

    internal static bool IsStandardised(FieldCodes field, Split[] splits, string[] cells)
    {
        if (field.Numbers is null)
        {
            return false;
        }

        double[] all = [.. field.Numbers.Where(double.IsFinite)];
        double[] train = [.. field.Numbers.Where((v, r) => double.IsFinite(v) && splits[r] == Split.Train)];
        var tolerance = Tolerance(cells);
        if (train.Length < 2 || train.Length == all.Length || tolerance > 0.1 / Math.Sqrt(all.Length))
        {
            return false;
        }

        var (mean, deviation, corrected) = Moments(all);
        var (trainMean, trainDeviation, trainCorrected) = Moments(train);
        bool One(double a, double b, double tol) => Math.Min(Math.Abs(a - 1), Math.Abs(b - 1)) <= tol;
        return Math.Abs(mean) <= tolerance && One(deviation, corrected, tolerance)
            && (Math.Abs(trainMean) > MostSubtle * tolerance || !One(trainDeviation, trainCorrected, MostSubtle * tolerance));
    }

    /// <summary>The column whose label means the field holds, and the class (null: the label as a number), or null.</summary>
    internal static (string Column, string? Class)? IsMeanLabel(
        FieldCodes field, AuditTable table, LabelTarget target, IReadOnlyList<FieldCodes> categories)
    {
        var tolerance = Tolerance(table.Table[field.Name]);
        if (field.Numbers is null || tolerance > CoarsestMean)
        {
            return null;
        }

        var byColumn = categories.Where(c => c.Name != field.Name && !c.Values.Contains("(others)"))
            .Select(c => (c.Name, Codes: c.OfRow, Count: c.Values.Length));
        if (table.GroupColumn is { } group)
        {
            byColumn = byColumn.Append((group, table.Groups, table.GroupCount));
        }

        foreach (var (column, codes, count) in byColumn)
        {
            for (var c = 0; c < target.Classes.Length; c++)
            {
                if (Matches(field.Numbers, codes, count, target, r => target.OfRow[r] == c ? 1 : 0, table.Splits!, tolerance))
                {
                    return (column, target.Classes[c]);
                }
            }

            if (target.Classes.All(c => double.TryParse(c, System.Globalization.CultureInfo.InvariantCulture, out _)))
            {
                double[] values = [.. target.Classes.Select(c => double.Parse(c, System.Globalization.CultureInfo.InvariantCulture))];
                if (Matches(field.Numbers, codes, count, target, r => values[target.OfRow[r]], table.Splits!, tolerance))
                {
                    return (column, null);
                }
            }
        }

        return null;
    }

    /// <summary>Equal to the mean over all rows everywhere, and different from the mean over training rows somewhere.</summary>
    private static bool Matches(
        double[] numbers, int[] codes, int count, LabelTarget target, Func<int, double> value, Split[] splits, double tolerance)
    {
        var (all, train) = (new (double Sum, int Rows)[count], new (double Sum, int Rows)[count]);
        foreach (var row in target.Rows)
        {
            var v = value(row);
            all[codes[row]] = (all[codes[row]].Sum + v, all[codes[row]].Rows + 1);
            if (splits[row] == Split.Train)
            {
                train[codes[row]] = (train[codes[row]].Sum + v, train[codes[row]].Rows + 1);
            }
        }

        var differs = false;
        foreach (var row in target.Rows)
        {
            var (sum, rows) = all[codes[row]];
            if (!(Math.Abs(numbers[row] - (sum / rows)) <= tolerance))
            {
                return false;
            }

            differs |= train[codes[row]].Rows == 0
                || Math.Abs((train[codes[row]].Sum / train[codes[row]].Rows) - (sum / rows)) > MostSubtle * tolerance;
        }

        return differs && all.Where(a => a.Rows > 0).Select(a => a.Sum / a.Rows).Distinct().Skip(1).Any();
    }

    private static (double Mean, double Deviation, double Corrected) Moments(double[] values)
    {
        var mean = values.Average();
        var squares = values.Sum(v => (v - mean) * (v - mean));
        return (mean, Math.Sqrt(squares / values.Length), Math.Sqrt(squares / (values.Length - 1)));
    }

    /// <summary>What rounding in the file may have moved a mean by: a unit of the last decimal written.</summary>
    private static double Tolerance(string[] cells)
    {
        var decimals =
            cells.Max(c => c.IndexOfAny(['.', ',']) is >= 0 and var at && !c.Contains('e', StringComparison.OrdinalIgnoreCase) ? c.Length - at - 1
                : 0);
        return Math.Max(1e-6, Math.Pow(10, -decimals));
    }
}
