using EmbedKit.Data.Cells;

namespace EmbedKit.Tests.Data.Cells;

public class SameTextTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("\uFEFFa\u200B ", "a")]
    [InlineData("\u00A0a b\t", "a b")]
    [InlineData("cafe\u0301", "café")]
    [InlineData("a\u200Bb", "a\u200Bb")]
    [InlineData("\u200B \uFEFF", "")]
    [InlineData("", "")]
    public void What_cannot_be_seen_at_the_ends_and_how_an_accent_was_typed_do_not_count(string text, string same) =>
    Assert.Equal(same, SameText.Of(text));

    [Theory]
    [InlineData("a b", "A\u00A0 B")]
    [InlineData("a-b", "a\u2010b")]
    [InlineData("1", "\uFF11")]
    [InlineData("x's", "x\u2019s")]
    [InlineData("ab", "a\u200Bb")]
    [InlineData("1", "\u0661")]
    [InlineData("a", "\"a\"")]
    [InlineData("1", "'1")]
    public void Texts_that_read_alike_fold_to_one(string one, string other)
    {
        Assert.NotEqual(SameText.Of(one), SameText.Of(other));
        Assert.Equal(SameText.Folded(one), SameText.Folded(other));
    }

    [Fact]
    public void Different_texts_do_not_fold_to_one() =>
        Assert.Equal(6, new[] { "e", "é", "a b", "ab", "a-b", "a_b" }.Select(SameText.Folded).Distinct().Count());

    [Fact]
    public void What_cannot_be_seen_is_shown_by_its_number() => Assert.Equal("a\\u00A0b\\u200B c", SameText.Escaped("a\u00A0b\u200B c"));

    [Theory]
    [InlineData("a\nb\tc\u001b[31m", "a\\u000Ab\\u0009c\\u001B[31m")]
    [InlineData("\u202Egpj", "\\u202Egpj")]
    public void A_name_is_shown_on_one_line_without_what_a_terminal_obeys(string name, string shown) => Assert.Equal(shown, SameText.Escaped(name));

    [Fact]
    public void A_very_long_name_is_shown_without_its_middle()
    {
        var shown = SameText.Escaped(new string('x', 54) + "\U0001F600" + new string('y', 5_000) + "end");
        Assert.Equal(new string('x', 54) + "…" + new string('y', 17) + "end", shown);
        Assert.Equal("a, b\\u000Ac", SameText.Escaped(["a", "b\nc"]));
    }
}
