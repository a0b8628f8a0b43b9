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
}
