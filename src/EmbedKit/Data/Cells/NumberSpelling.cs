using System.Globalization;
using System.Text.RegularExpressions;

namespace EmbedKit.Data.Cells;

/// <summary>Numbers as texts, digit by digit: what a double cannot tell apart, such as long ids, stays apart.</summary>
internal static partial class NumberSpelling
{
    /// <summary>One text for all spellings of a number (<c>1.5</c>, <c>+1.50</c>, <c>15e-1</c>); null for what is no number.</summary>
    internal static string? Of(string text)
    {
        var match = Spelled().Match(text);
        if (!match.Success
            || !int.TryParse(
                match.Groups["e"] is { Success: true } e ? e.Value
                    : "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
        {
            return null;
        }

        var (whole, fraction) = (match.Groups["w"].Value, match.Groups["f"].Value);
        var digits = (whole + fraction).TrimStart('0');
        var significant = digits.TrimEnd('0');
        return whole.Length + fraction.Length == 0 ? null
            : significant.Length == 0 ? "0"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{(text[0] == '-' ? "-" : "")}{significant}e{(long)exponent - fraction.Length + digits.Length - significant.Length}");
    }

    [GeneratedRegex("^[+-]?(?<w>[0-9]*)(?:[.](?<f>[0-9]*))?(?:[eE](?<e>[+-]?[0-9]+))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Spelled();
}
