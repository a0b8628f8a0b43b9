using System.Text.Json;
using EmbedKit.Tokenizers.Files;

namespace EmbedKit.Runtime;

/// <summary>
/// Bad input or usage: one line that says what is wrong, where (file, row, column), what was expected, and what to do. The command line
/// prints it as it is and exits with 2.
/// </summary>
/// <param name="message">The one line; line ends that came in with data become spaces, and of more than 4,000 characters the middle is left
/// out.</param>
/// <param name="inner">The cause, when another exception is behind it.</param>
public sealed class InputException(string message, Exception? inner = null) : Exception(Bounded(Plain(message.ReplaceLineEndings(" "), inner)), inner)
{
    private const int MostBefore = 3_000;
    private const int MostBehind = 900;

    /// <summary>The up to three candidates closest to <paramref name="name"/> by edit distance, for "did you mean" hints.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="candidates">What there is.</param>
    /// <returns>Candidates whose distance is at most half the longer length, nearest first; possibly none.</returns>
    public static IReadOnlyList<string> Nearest(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        return [.. candidates.Select(c => (Name: c, Distance: EditDistance(name, c)))
            .Where(c => c.Distance * 2 <= Math.Max(name.Length, c.Name.Length))
            .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal).Take(3).Select(c => c.Name)];
    }

    /// <summary>A message of the system on one line.</summary>
    /// <param name="message">The message.</param>
    internal static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static string Plain(string message, Exception? inner) => inner is JsonException ? JsonFault.Words(message) : message;

    private static string Bounded(string line) => line.Length <= MostBefore + MostBehind + 100 ? line
        : $"{line[..MostBefore]} … ({line.Length - MostBefore - MostBehind:N0} characters) … {line[^MostBehind..]}";

    private static int EditDistance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = previous[j - 1] + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                current[j] = Math.Min(substitution, 1 + Math.Min(previous[j], current[j - 1]));
            }

            previous = current;
        }

        return previous[b.Length];
    }
}
