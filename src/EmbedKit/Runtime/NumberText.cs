using System.Globalization;

namespace EmbedKit.Runtime;

/// <summary>
/// How numbers are written for readers, everywhere: notebooks, the report, the command line. A true minus sign, no negative zero, decimals
/// instead of exponents. What programs read back (CSV) is <see cref="Digits"/>.
/// </summary>
public static class NumberText
{
    private const double Tiny = 1e-6, Huge = 1e9;

    /// <summary>A fixed number of decimals.</summary>
    /// <param name="value">The number; NaN is written as such.</param>
    /// <param name="decimals">Digits after the point, 0–15.</param>
    public static string Fixed(double value, int decimals) => Write(value, "0." + new string('0', decimals));

    /// <summary>The same with a sign, which 0 lacks, and what rounds to it.</summary>
    /// <param name="value">The number.</param>
    /// <param name="decimals">Digits after the point, 0–15.</param>
    public static string Signed(double value, int decimals) =>
        Fixed(value, decimals) is var text && text.Any(c => c is >= '1' and <= '9') && value > 0 ? "+" + text : text;

    /// <summary>
    /// Any number: up to four decimals; below 0.001 three significant digits; below a millionth or from a billion on a power of ten, e.g.
    /// <c>5.96 × 10⁻⁸</c>.
    /// </summary>
    /// <param name="value">The number.</param>
    public static string General(double value) => Math.Abs(value) switch
    {
        double.PositiveInfinity => value > 0 ? "∞" : "−∞",
        >= Huge or (> 0 and < Tiny) => PowerOfTen(value),
        > 0 and < 0.001 => Write(value, "0." + new string('#', 2 - (int)Math.Floor(Math.Log10(Math.Abs(value))))),
        _ => Write(value, "0.####"),
    };

    /// <summary>A score with three decimals.</summary>
    /// <param name="value">0–1.</param>
    public static string Score(double value) => Fixed(value, 3);

    /// <summary>λ with one to three decimals.</summary>
    /// <param name="value">λ.</param>
    public static string Lambda(double value) => Write(value, "0.0##");

    /// <summary>A difference of scores in points (hundredths), signed, one decimal.</summary>
    /// <param name="difference">A score minus a score.</param>
    public static string Points(double difference) => PointsOnly(difference) + " points";

    /// <summary>The same without its unit, for a column or a range.</summary>
    /// <param name="difference">A score minus a score.</param>
    public static string PointsOnly(double difference) => Signed(100 * difference, 1);

    /// <summary>A p-value: two decimals, four where it is below 0.01.</summary>
    /// <param name="value">0–1.</param>
    public static string P(double value) => Fixed(value, value < 0.01 ? 4 : 2);

    /// <summary>A share in percent.</summary>
    /// <param name="share">0–1.</param>
    /// <param name="decimals">Digits after the point. Default none.</param>
    public static string Percent(double share, int decimals = 0) => Fixed(100 * share, decimals) + " %";

    /// <summary>A whole number, thousands set apart by commas.</summary>
    /// <param name="value">The number.</param>
    public static string Count(long value) => Write(value, "#,##0");

    /// <summary>A number of things, e.g. <c>1 row</c>, <c>2,000 rows</c>.</summary>
    /// <param name="value">The number.</param>
    /// <param name="unit">One of them.</param>
    /// <param name="units">Several; default the unit with an s.</param>
    public static string Count(long value, string unit, string? units = null) => $"{Count(value)} {(value == 1 ? unit : units ?? unit + "s")}";

    /// <summary>A size in MiB.</summary>
    /// <param name="value">Mebibytes.</param>
    public static string Mebibytes(double value) => Write(value, value < 1 ? "0.000" : "#,##0.0") + " MiB";

    /// <summary>The number that a reader of <see cref="Fixed"/> sees: what sentences compare, so that they agree with the digits beside
    /// them.</summary>
    /// <param name="value">The number.</param>
    /// <param name="decimals">Digits after the point, 0–15.</param>
    public static double Shown(double value, int decimals) =>
        double.Parse(Digits(value, "0." + new string('0', decimals)), CultureInfo.InvariantCulture);

    /// <summary>For programs: up to six decimals as asked, a hyphen for minus, no negative zero; blank for none.</summary>
    /// <param name="value">The number.</param>
    /// <param name="format">Default: exactly six decimals.</param>
    public static string Digits(double? value, string format = "0.000000")
    {
        var text = value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
        return text.StartsWith('-') && !text.Any(c => c is >= '1' and <= '9') ? text[1..] : text;
    }

    private static string Write(double value, string format) => Digits(value, format).Replace('-', '−');

    private static string PowerOfTen(double value)
    {
        var parts = value.ToString("0.##e0", CultureInfo.InvariantCulture).Replace('-', '−').Split('e');
        return $"{parts[0]} × 10{string.Concat(parts[1].Select(c => c == '−' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']))}";
    }
}
