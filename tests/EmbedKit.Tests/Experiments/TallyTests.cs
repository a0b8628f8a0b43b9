using EmbedKit.Experiments;

namespace EmbedKit.Tests.Experiments;

public class TallyTests
{
    [Fact]
    public void Numbers_that_read_alike_are_equal_and_what_is_no_number_is_undefined() =>
        Assert.Equal(new Tally(1, 2, 2, 1), Tally.Of([(0.5, 0.4), (0.1, 0.2), (0.81249, 0.8125001), (0.8121, 0.8119), (0, -0.0), (double.NaN, 1)]));

    [Theory]
    [InlineData(0, 0, 0, 0, "in no row to be compared")]
    [InlineData(1, 0, 0, 0, "higher in the only row")]
    [InlineData(0, 4, 0, 0, "lower in all 4 rows")]
    [InlineData(0, 0, 2, 0, "equal in all 2 rows")]
    [InlineData(1, 3, 0, 0, "higher in 1 of 4 rows, lower in 3")]
    [InlineData(0, 1, 1, 1, "lower in 1 of 3 rows, equal in 1, undefined in 1")]
    public void Counts_read_as_words(int higher, int lower, int equal, int undefined, string words) =>
    Assert.Equal(words, new Tally(higher, lower, equal, undefined).InWords("row"));

    [Fact]
    public void A_spread_has_its_ends_and_mean()
    {
        Assert.Equal("−6.0 to +0.4 points, −2.8 on average", Tally.Spread([-0.06, 0.004, double.NaN]));
        Assert.Equal("+1.0 points", Tally.Spread([0.01]));
        Assert.Equal("0.0 points", Tally.Spread([0.0001, -0.0001]));
        Assert.Equal("no difference can be told", Tally.Spread([double.NaN]));
    }
}
