using System.Text.RegularExpressions;

namespace EmbedKit.Tests;

/// <summary>A number and its noun agree ("1 row", "2 rows"): <c>NumberText.Count</c> writes both.</summary>
public partial class CountedNounTests
{
    /// <summary>Numbers that stand before a noun in the plural without it: those that are never 1 (a bound, a side of a picture, a count that is
    /// asked about above), and words. There may be fewer.</summary>
    private const int Others = 76;

    [Fact]
    public void A_number_before_a_noun_in_the_plural_is_written_by_one_function()
    {
        string[] found = [.. RepositoryTests.Sources("src").SelectMany(file => File.ReadLines(file)
            .Where(line => !line.TrimStart().StartsWith("///", StringComparison.Ordinal))
            .SelectMany(line => Plural().Matches(line).Select(m => $"{Path.GetFileName(file)}: {m.Value}")))];
        Assert.True(found.Length <= Others, $"{found.Length} places; expected {Others} at most:\n{string.Join('\n', found)}");
    }

    [GeneratedRegex(
        @"\{(?!NumberText\.Count|Count\()[^{}""]*[^{}""\s]\} (rows|groups|images|texts|classes|files|columns|labels|tokens|values|bytes|ids|characters|names|"
        + @"entries|elements|cells|pixels|scores|vectors|nodes|inputs|outputs|layers|folds|seeds|models|runs|test rows|training rows|lines|threads)\b")]
    private static partial Regex Plural();
}
