using System.Globalization;
using System.Text.RegularExpressions;
using EmbedKit.Runtime;

namespace EmbedKit.Data.Splits;

/// <summary>Splits by time: the earliest rows train, later ones choose, the latest test, as a forecast would be judged.</summary>
public static partial class TimeSplit
{
    private static readonly string[] Dates = ["yyyy-MM-dd", "yyyy/MM/dd", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];
    private static readonly string[] Times = ["HH:mm:ss.FFFFFFF"];

    /// <summary>Assigns rows; all rows of one time are on one side.</summary>
    /// <param name="times">The time of each row (N): dates written year first (2016-01-03, or ISO 8601 with a time and a zone), times of day, or
    /// numbers such as 201601.</param>
    /// <param name="options">The shares wanted; each side gets the whole times that come nearest, at least one.</param>
    /// <returns>The side of each row (N).</returns>
    /// <exception cref="InputException">A cell is neither, or there are fewer times than sides.</exception>
    public static Split[] Assign(IReadOnlyList<string> times, SplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var keys = times.Select(Key).ToArray();
        (double Time, int Rows)[] ordered = [.. keys.CountBy(k => k).OrderBy(k => k.Key).Select(k => (k.Key, k.Value))];
        var sides = options.ValidationFraction > 0 ? 3 : 2;
        if (ordered.Length < sides)
        {
            throw new InputException(
                $"{NumberText.Count(ordered.Length, "different time")} cannot be split into {sides} sides; expected at least {sides}.");
        }

        var testFrom = Cut(ordered, (1 - options.TestFraction) * times.Count, sides - 1, ordered.Length - 1);
        var validationFrom = sides == 2 ? testFrom
            : Cut(ordered, (1 - options.TestFraction - options.ValidationFraction) * times.Count, 1, testFrom - 1);
        return [.. keys.Select(k => k >= ordered[testFrom].Time ? Split.Test : k >= ordered[validationFrom].Time ? Split.Validation : Split.Train)];
    }

    /// <summary>The first time behind a cut that leaves about the wanted number of rows before it.</summary>
    private static int Cut((double Time, int Rows)[] ordered, double wanted, int least, int most)
    {
        var (best, distance) = (least, double.MaxValue);
        double before = ordered[..least].Sum(t => t.Rows);
        for (var at = least; at <= most; before += ordered[at++].Rows)
        {
            if (Math.Abs(before - wanted) < distance)
            {
                (best, distance) = (at, Math.Abs(before - wanted));
            }
        }

        return best;
    }

    /// <summary>A place in time, in ticks of 100 ns; a time without a zone counts as universal.</summary>
    private static double Key(string cell, int row)
    {
        var text = Fraction().Replace(cell, "$1");
        return DateTimeOffset.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? (date - DateTimeOffset.UnixEpoch).Ticks
            : TimeOnly.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.Ticks
            : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
            : throw new InputException($"row {row + 2}: time is '{cell}'; expected a date such as 2016-01-03 or 2016-01-03T10:11:12, or a number.");
    }

    /// <summary>The framework reads seven digits of a second; databases write up to nine.</summary>
    [GeneratedRegex(@"(:\d\d\.\d{7})\d+")]
    private static partial Regex Fraction();
}
