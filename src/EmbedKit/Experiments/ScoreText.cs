using System.Globalization;

namespace EmbedKit.Experiments;

/// <summary>How scores and shifts are written for readers.</summary>
public static class ScoreText
{
    /// <summary>A score with three decimals.</summary>
    /// <param name="value">0–1.</param>
    public static string Score(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>λ, with a true minus sign.</summary>
    /// <param name="value">λ.</param>
    public static string Lambda(double value) => value.ToString("0.0##", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A difference of scores in points (hundredths), signed.</summary>
    /// <param name="difference">A score minus a score.</param>
    public static string Points(double difference) => Signed(difference) + " points";

    /// <summary>The same without its unit, for a column or a range.</summary>
    /// <param name="difference">A score minus a score.</param>
    public static string Signed(double difference) => (100 * difference).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);

    /// <summary>A p-value: two decimals, four where it is below 0.01.</summary>
    /// <param name="value">0–1.</param>
    public static string P(double value) => value.ToString(value < 0.01 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);
}
