using System.Globalization;
using EmbedKit.Data;

namespace EmbedKit.Datasets.Prompts;

/// <summary>How a template writes a number cell.</summary>
internal enum PromptNumber
{
    /// <summary>The cell as it stands.</summary>
    None,

    /// <summary>Without what is behind the decimal point, as Python's <c>int</c>.</summary>
    Whole,

    /// <summary>With a decimal point always (<c>12.0</c>), as Python's <c>str</c> of a float; a decimal comma and the letter O for zero are
    /// understood.</summary>
    Decimal,
}

/// <summary>Numbers as Python writes them.</summary>
internal static class PromptNumbers
{
    /// <summary>The cell written so, or null when it holds no finite number.</summary>
    internal static string? Write(PromptNumber form, string cell) => form switch
    {
        PromptNumber.Whole => Parse(cell) is { } number ? Math.Truncate(number).ToString("F0", CultureInfo.InvariantCulture) : null,
        PromptNumber.Decimal => Parse(cell.Replace('O', '0').Replace(',', '.')) is { } number ? Float(number) : null,
        _ => cell,
    };

    /// <summary>A finite number, or null.</summary>
    internal static double? Parse(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    /// <summary>The shortest digits that give the number back, in Python's notation: exponents below 1e-4 and from 1e16, at least two digits
    /// long.</summary>
    private static string Float(double value)
    {
        var parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var mantissa = parts[0].TrimStart('0');
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);

        // The number is 0.digits × 10^scale.
        var scale = (point < 0 ? mantissa.Length : point) + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        var significant = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = significant.TrimStart('0');
        scale -= significant.Length - digits.Length;
        digits = digits.TrimEnd('0');
        var sign = double.IsNegative(value) ? "-" : "";
        return digits.Length == 0 ? sign + "0.0"
            : scale is < -3 or > 16
            ? $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(scale > 0 ? '+' : '-')}"
                + $"{Math.Abs(scale - 1).ToString("00", CultureInfo.InvariantCulture)}"
            : scale <= 0 ? $"{sign}0.{new string('0', -scale)}{digits}"
            : $"{sign}{digits.PadRight(scale, '0')[..scale]}.{(digits.Length > scale ? digits[scale..] : "0")}";
    }
}
