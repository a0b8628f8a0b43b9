using System.Globalization;

namespace EmbedKit.Storage;

/// <summary>Reads float32 from UTF-8 decimal text, rounded as <see cref="float.Parse(string)"/> rounds, several times faster.</summary>
/// <remarks>
/// Digits become an integer and a power of ten, one double multiplication or division joins them (error below 4 units in the last place
/// of a double), and the cast to float can only go wrong when the double lies that close to the middle between two floats. Those few
/// values, and whatever is not plain decimal, take the slow way.
/// </remarks>
internal static class FloatText
{
    private const int MaxExponent = 30;
    private static readonly double[] PowersOfTen =
        [.. Enumerable.Range(0, MaxExponent + 1).Select(e => double.Parse($"1e{e}", CultureInfo.InvariantCulture))];

    /// <summary>Reads the longest number at the start of <paramref name="text"/>; without one, <paramref name="length"/> is 0.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out float value, out int length)
    {
        var at = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (negative || (text.Length > 0 && text[0] == '+'))
        {
            at++;
        }

        ulong mantissa = 0;
        var (exponent, digits, significant) = (0, 0, 0);
        var point = false;
        for (; at < text.Length; at++)
        {
            var digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                digits++;
                if (significant < 19)
                {
                    mantissa = (mantissa * 10) + digit;
                    significant += mantissa == 0 ? 0 : 1;
                    exponent -= point ? 1 : 0;
                }
                else
                {
                    exponent += point ? 0 : 1;
                }
            }
            else if (text[at] == '.' && !point)
            {
                point = true;
            }
            else
            {
                break;
            }
        }

        if (digits == 0)
        {
            (value, length) = (0, 0);
            return false;
        }

        at += ReadExponent(text[at..], ref exponent);
        length = at;
        if (mantissa == 0)
        {
            value = negative ? -0f : 0f;
            return true;
        }

        if (Math.Abs(exponent) <= MaxExponent)
        {
            var magnitude = exponent < 0 ? mantissa / PowersOfTen[-exponent] : mantissa * PowersOfTen[exponent];
            var tail = BitConverter.DoubleToInt64Bits(magnitude) & 0x1fffffff;
            if (Math.Abs(tail - 0x10000000) > 8)
            {
                value = (float)(negative ? -magnitude : magnitude);
                return true;
            }
        }

        return float.TryParse(text[..at], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static int ReadExponent(ReadOnlySpan<byte> text, ref int exponent)
    {
        if (text.Length < 2 || (text[0] | 0x20) != 'e')
        {
            return 0;
        }

        var at = text[1] is (byte)'-' or (byte)'+' ? 2 : 1;
        var (written, start) = (0, at);
        for (; at < text.Length && (uint)(text[at] - '0') <= 9; at++)
        {
            written = Math.Min(9999, (written * 10) + text[at] - '0');
        }

        if (at == start)
        {
            return 0;
        }

        exponent += text[1] == '-' ? -written : written;
        return at;
    }
}
