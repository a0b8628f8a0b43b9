using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary>Numbers on the command line: a list <c>0,0.1,0.5</c>, or a range <c>FROM:TO:STEP</c> with both ends, where steps lead to the
/// second.</summary>
internal static class NumberList
{
    private const int Most = 10_000;

    /// <summary>Reads numbers.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="option">The option's name, for messages.</param>
    /// <exception cref="InputException">Empty, no numbers, a reversed range, a step that is not above 0, or very many numbers.</exception>
    internal static IReadOnlyList<double> Parse(string text, string option)
    {
        InputException Bad(string what) =>
            new($"{option} '{text}': {what}; expected a range such as -1:1:0.1 (from:to:step) or a list such as 0,0.5,1.");
        double Number(string part) => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Bad(part.Trim().Length == 0 ? "a number is missing" : $"'{part}' is no number");
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            return [.. text.Split(',').Select(Number)];
        }

        var parts = text.Split(':');
        if (parts.Length != 3)
        {
            throw Bad($"{NumberText.Count(parts.Length, "number")} between colons");
        }

        var (from, to, step) = (Number(parts[0]), Number(parts[1]), Number(parts[2]));
        if (from > to)
        {
            throw Bad($"the range is reversed, {parts[0]} is above {parts[1]}");
        }

        if (step <= 0)
        {
            throw Bad($"the step {parts[2]} is not above 0");
        }

        var count = Math.Floor(((to - from) / step) + 1e-9) + 1;
        if (count > Most)
        {
            throw Bad($"{count:N0} numbers, more than {Most:N0}");
        }

        // Rounded, so that the middle of -1:1:0.1 is 0 and not what ten additions make of it; adding 0 turns -0 into 0.
        var digits = Math.Clamp(9 - (int)Math.Floor(Math.Log10(step)), 10, 15);
        double[] numbers = [.. Enumerable.Range(0, (int)count).Select(i => Math.Round(from + (i * step), digits) + 0)];
        if (to - numbers[^1] > 1e-6 * step)
        {
            InputNotes.Say(string.Create(
                CultureInfo.InvariantCulture, $"{option} '{text}': steps of {step} end at {numbers[^1]}, before {to}, which is left out."));
        }

        return numbers;
    }
}
