using System.Globalization;
using EmbedKit.Experiments;

namespace EmbedKit.Cli.Reproduce;

/// <summary>How numbers are written on the report page.</summary>
internal static class Numbers
{
    internal static string Score(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    internal static string Lambda(double value) => value.ToString("0.0##", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A difference of scores in points (hundredths), signed.</summary>
    internal static string Points(double difference) => (100 * difference).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture) + " points";

    internal static string Mebibytes(double value) => value.ToString(value < 1 ? "0.000" : "#,##0.0", CultureInfo.InvariantCulture) + " MiB";

    /// <summary>Mean with the range over seeds, e.g. <c>0.712 (0.701–0.725)</c>.</summary>
    internal static string WithRange(FusionResult result) =>
        result.Seeds > 1 ? $"{Score(result.MacroF1)} ({Score(result.Lowest)}–{Score(result.Highest)})" : Score(result.MacroF1);
}
