using System.Text.RegularExpressions;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Tokenization.PreTokenizers;

/// <summary>A pattern of <c>tokenizer.json</c>: a literal string, or a regular expression in Oniguruma's dialect. Thread-safe.</summary>
internal sealed class TextPattern
{
    // Real patterns need microseconds; this only ends the ones that would never come back.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private readonly Regex? _regex;
    private readonly string _pattern;
    private readonly string _source;

    private TextPattern(string pattern, Regex? regex, string source) => (_pattern, _regex, _source) = (pattern, regex, source);

    internal static TextPattern Literal(string text) => new(text, null, text);

    /// <param name="pattern">The expression.</param>
    /// <param name="source">Where it stands, for messages.</param>
    /// <exception cref="InputException">It is not an expression, or uses what .NET's engine would understand differently.</exception>
    internal static TextPattern Regex(string pattern, string source)
    {
        try
        {
            return new(pattern, new(OnigurumaDialect.ToDotNet(pattern, source), RegexOptions.CultureInvariant | RegexOptions.Multiline, Limit), source);
        }
        catch (ArgumentException error)
        {
            throw new InputException($"{source}: pattern '{pattern}' is not a regular expression this kit reads ({error.Message.ReplaceLineEndings(" ")}); expected one without extensions.", error);
        }
    }

    /// <summary>Matches, and what lies between them, from start to end.</summary>
    /// <exception cref="InputException">The expression takes forever on this text.</exception>
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
    internal string Replace(string text, string replacement) => _regex is null && _pattern.Length > 0
        ? text.Replace(_pattern, replacement, StringComparison.Ordinal)
        : string.Concat(Find(text).Select(s => s.IsMatch ? replacement : text[s.Start..s.End]));

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
        var stand = new CategoryStandIns(text);
        for (var match = InTime(() => regex.Match(stand.Text)); match.Success; match = InTime(match.NextMatch))
        {
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
            throw new InputException($"{_source}: pattern '{_pattern}' found no answer in {Limit.TotalSeconds} seconds; expected one that does not backtrack without end.", error);
        }
    }
}
