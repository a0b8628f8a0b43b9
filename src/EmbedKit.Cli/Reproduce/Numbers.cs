using System.Globalization;

namespace EmbedKit.Cli.Reproduce;

/// <summary>How sizes are written on the report page.</summary>
internal static class Numbers
{
    internal static string Mebibytes(double value) => value.ToString(value < 1 ? "0.000" : "#,##0.0", CultureInfo.InvariantCulture) + " MiB";
}
