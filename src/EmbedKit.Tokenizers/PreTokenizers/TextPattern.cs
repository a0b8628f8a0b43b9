using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace EmbedKit.Tokenizers.PreTokenizers;

/// <summary>A pattern of <c>tokenizer.json</c>: a literal string, or a regular expression in Oniguruma's dialect. Thread-safe.</summary>
internal sealed class TextPattern
{
    private const int LongestPattern = 10_000;

    // Real patterns need microseconds; this only ends the ones that would never come back.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private readonly Regex? _regex;
    private readonly string _pattern;
    private readonly string _source;

    private TextPattern(string pattern, Regex? regex, string source) => (_pattern, _regex, _source) = (pattern, regex, source);

    /// <param name="text">What is looked for.</param>
    /// <param name="source">Where it stands, for messages.</param>
    internal static TextPattern Literal(string text, string source) => new(text, null, source);

    /// <param name="pattern">The expression.</param>
    /// <param name="source">Where it stands, for messages.</param>
    /// <exception cref="TokenizerException">It is not an expression, or uses what .NET's engine would understand differently.</exception>
    internal static TextPattern Regex(string pattern, string source)
    {
        if (pattern.Length > LongestPattern)
        {
            throw new TokenizerException($"{source}: a pattern of {pattern.Length:N0} characters; expected at most {LongestPattern:N0}.");
        }

        try
        {
            var translated = OnigurumaDialect.ToDotNet(pattern, source);
            return new(pattern, new(translated, RegexOptions.CultureInvariant | RegexOptions.Multiline, Limit), source);
        }
        catch (ArgumentException error)
        {
            throw new TokenizerException(
                $"{source}: pattern '{pattern}' is not a regular expression this kit reads ({error.Message.ReplaceLineEndings(" ")}); "
                + "expected one without extensions.",
                error);
        }
    }

    /// <summary>Matches, and what lies between them, from start to end.</summary>
    /// <exception cref="TokenizerException">The expression takes forever on this text.</exception>
    internal IEnumerable<Stretch> Find(string text)
    {
        var end = 0;
        foreach (var (start, length) in _regex is null ? Literals(text) : Matches(_regex, text))
        {
            yield return new(end, start, IsMatch: false);
            yield return new(start, start + length, IsMatch: true);
            end = start + length;
        }

        yield return new(end, text.Length, IsMatch: false);
    }

    /// <summary>The text with every match replaced.</summary>
    /// <param name="text">The text.</param>
    /// <param name="replacement">What stands for each match.</param>
    /// <param name="most">Characters the result may have.</param>
    /// <exception cref="TokenizerException">It would have more, or the expression takes forever on this text.</exception>
    internal string Replace(string text, string replacement, int most)
    {
        var replaced = new StringBuilder(text.Length);
        foreach (var stretch in Find(text))
        {
            var part = stretch.IsMatch ? replacement : text.AsSpan(stretch.Start, stretch.End - stretch.Start);
            if (part.Length > most - replaced.Length)
            {
                throw new TokenizerException(
                    $"{_source}: replacing '{_pattern}' makes more than {most:N0} characters of {text.Length:N0}; expected no more.");
            }

            replaced.Append(part);
        }

        return replaced.ToString();
    }

    private IEnumerable<(int Start, int Length)> Literals(string text)
    {
        for (var at = _pattern.Length == 0 ? -1 : text.IndexOf(_pattern, StringComparison.Ordinal); at >= 0;)
        {
            yield return (at, _pattern.Length);
            at = text.IndexOf(_pattern, at + _pattern.Length, StringComparison.Ordinal);
        }
    }

    private IEnumerable<(int Start, int Length)> Matches(Regex regex, string text)
    {
        var (stand, started) = (new CategoryStandIns(text), Stopwatch.GetTimestamp());
        for (var match = InTime(() => regex.Match(stand.Text)); match.Success; match = InTime(match.NextMatch))
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                throw TooLong();
            }

            var (start, end) = (stand.Original(match.Index), stand.Original(match.Index + match.Length));
            yield return (start, end - start);
        }
    }

    private Match InTime(Func<Match> next)
    {
        try
        {
            return next();
        }
        catch (RegexMatchTimeoutException error)
        {
            throw TooLong(error);
        }
    }

    private TokenizerException TooLong(RegexMatchTimeoutException? error = null) =>
        new(
            $"{_source}: pattern '{_pattern}' found no answer in {Limit.TotalSeconds} seconds; expected one that does not backtrack without end.",
            error);
}
