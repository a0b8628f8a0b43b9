using EmbedKit.Tokenizers.Normalizers;

namespace EmbedKit.Tokenizers.Tests;

public class UnicodeTests
{
    [Theory]
    [InlineData("é", "e\u0301")]
    [InlineData("ǖ", "u\u0308\u0304")] // decomposed in two steps
    [InlineData("각", "\u1100\u1161\u11A8")] // Hangul, computed
    [InlineData("a\u0327\u0301", "a\u0327\u0301")]
    public void Composing_undoes_decomposing(string composed, string decomposed)
    {
        Assert.Equal(decomposed, UnicodeNormalization.Decompose(composed));
        Assert.Equal(composed == "a\u0327\u0301" ? "á\u0327" : composed, UnicodeNormalization.Compose(decomposed));
    }

    [Fact]
    public void Marks_are_brought_into_canonical_order() => Assert.Equal("q\u0323\u0307", UnicodeNormalization.Decompose("q\u0307\u0323"));

    [Theory]
    [InlineData("\u212B", "Å")] // a singleton composes to the letter, not to itself
    [InlineData("\u0958", "\u0915\u093C")] // excluded from composition
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("plain", "plain")]
    public void Composition_follows_the_standard(string text, string expected) => Assert.Equal(expected, UnicodeNormalization.Compose(text));

    [Theory]
    [InlineData("ΟΔΟΣ", "οδοσ")] // no final sigma: character by character
    [InlineData("İ", "i\u0307")]
    [InlineData("𐐀", "𐐨")]
    public void Lower_case_goes_character_by_character(string text, string expected) => Assert.Equal(expected, LowerCase.Of(text));
}
