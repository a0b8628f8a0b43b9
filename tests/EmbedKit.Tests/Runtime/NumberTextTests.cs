using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Runtime;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-0.00005, "−0.00005")]
    [InlineData(-9.22e-4, "−0.000922")]
    [InlineData(0.00099999, "0.001")]
    [InlineData(1.234567e-6, "0.00000123")]
    [InlineData(5.9604644775390625E-08, "5.96 × 10⁻⁸")]
    [InlineData(-1e-7, "−1 × 10⁻⁷")]
    [InlineData(1.5e12, "1.5 × 10¹²")]
    [InlineData(123456.78901, "123456.789")]
    [InlineData(-0.4, "−0.4")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Any_number_reads_without_an_exponent_letter_or_a_negative_zero(double value, string text) =>
    Assert.Equal(text, NumberText.General(value));

    [Theory]
    [InlineData(-0.0004, "0.0", "0.0 points")]
    [InlineData(0.0004, "0.0", "0.0 points")]
    [InlineData(-0.012, "−1.2", "−1.2 points")]
    [InlineData(0.0481, "+4.8", "+4.8 points")]
    [InlineData(double.NaN, "NaN", "NaN points")]
    public void Differences_are_points_with_a_sign_that_zero_lacks(double difference, string bare, string points) =>
        Assert.Equal((bare, points), (NumberText.PointsOnly(difference), NumberText.Points(difference)));

    [Fact]
    public void Scores_shifts_p_values_shares_counts_and_sizes_have_their_decimals()
    {
        Assert.Equal("0", NumberText.General(-0.0));
        Assert.Equal(["0.500", "0.000", "−0.012"], new[] { 0.5, -0.0001, -0.012 }.Select(NumberText.Score));
        Assert.Equal(["0.0", "−1.0", "0.25", "0.0"], new[] { -0.0, -1, 0.25, -1e-7 }.Select(NumberText.Lambda));
        Assert.Equal(["0.50", "0.0012", "0.01"], new[] { 0.5, 0.00123, 0.01 }.Select(NumberText.P));
        Assert.Equal(["95 %", "0 %"], new[] { 0.95, -0.0001 }.Select(s => NumberText.Percent(s)));
        Assert.Equal(["1,234", "−5"], new long[] { 1234, -5 }.Select(NumberText.Count));
        Assert.Equal(["0 rows", "1 row", "1,234 rows"], new long[] { 0, 1, 1234 }.Select(n => NumberText.Count(n, "row")));
        Assert.Equal(["1 class", "2 classes"], new long[] { 1, 2 }.Select(n => NumberText.Count(n, "class", "classes")));
        Assert.Equal(["0.123 MiB", "1,234.5 MiB"], new[] { 0.1234, 1234.5 }.Select(NumberText.Mebibytes));
    }

    [Fact]
    public void For_programs_minus_is_a_hyphen_and_what_was_written_reads_back()
    {
        Assert.Equal(["-0.500000", "0.000000", "0.000000", ""], new double?[] { -0.5, -0.0, -1e-9, null }.Select(v => NumberText.Digits(v)));
        Assert.Equal("0", NumberText.Digits(-0.0, "0.####"));
        Assert.Equal(-0.5, double.Parse(NumberText.Digits(-0.5), CultureInfo.InvariantCulture));
    }
}
