using EmbedKit.Data.Cells;

namespace EmbedKit.Tests.Data.Cells;

public class NumberSpellingTests
{
    [Theory]
    [InlineData("1.5", "1.50", "+1.5", "15e-1", "0.15E1", "01.5")]
    [InlineData("1000", "1e3", "1E+03", "1000.0", "1000.")]
    [InlineData("0", "-0", "0.00", "00", ".0", "0e9")]
    [InlineData("-2", "-2.0", "-02", "-20e-1")]
    [InlineData(".5", "0.5", "5e-1")]
    public void Spellings_of_one_number_are_one(params string[] spellings) => Assert.Single(spellings.Select(NumberSpelling.Of).Distinct());

    [Fact]
    public void Numbers_too_long_for_a_double_stay_apart() =>
        Assert.NotEqual(NumberSpelling.Of("12345678901234567890"), NumberSpelling.Of("12345678901234567891"));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("e3")]
    [InlineData("1e99999999999")]
    [InlineData("NaN")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("1 000")]
    public void Other_texts_are_no_numbers(string text) => Assert.Null(NumberSpelling.Of(text));
}
