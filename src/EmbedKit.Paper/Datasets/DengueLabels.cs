using EmbedKit.Data;

namespace EmbedKit.Datasets;

/// <summary>The published labels of a municipality's weekly cases, and its weeks.</summary>
internal static class DengueLabels
{
    /// <summary>1 where a week has more cases than the median week, otherwise 0.</summary>
    internal static int[] Binary(double[] cases)
    {
        var median = Quantile(cases, 0.5);
        return [.. cases.Select(c => c > median ? 1 : 0)];
    }

    /// <summary>
    /// The published three classes: cut at thirds first, then again at the medians of the upper two thirds, so that 0 holds about half of the
    /// weeks, 1 a third, and 2 a sixth. Odd, and kept.
    /// </summary>
    internal static int[] ThreeClasses(double[] cases)
    {
        double lower = Quantile(cases, 1.0 / 3), upper = Quantile(cases, 2.0 / 3);
        double[][] thirds = [[.. cases.Where(c => c >= lower && c < upper)], [.. cases.Where(c => c >= upper)]];
        double[] cuts = [.. thirds.Where(t => t.Length > 0).Select(t => Quantile(t, 0.5))];
        return [.. cases.Select(c => cuts.Count(cut => c >= cut))];
    }

    /// <summary>The Sunday on which an epidemiological week begins; the first week of a year is that of January 4th (CDC).</summary>
    internal static DateTime WeekStart(int year, int week)
    {
        var fourth = new DateTime(year, 1, 4);
        return fourth.AddDays(-(int)fourth.DayOfWeek + (7 * (week - 1)));
    }

    /// <summary>Linear between neighbours, as NumPy and pandas.</summary>
    private static double Quantile(double[] values, double share)
    {
        var sorted = values.Order().ToArray();
        var at = share * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 < sorted.Length ? sorted[low] + ((at - low) * (sorted[low + 1] - sorted[low])) : sorted[low];
    }
}
