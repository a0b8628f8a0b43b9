using EmbedKit.Http;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Http;

public sealed class BearerTokenTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData(" \n", null)]
    [InlineData("hf_Abc123\r\n", "hf_Abc123")]
    public void A_token_is_trimmed(string? value, string? expected) => Assert.Equal(expected, BearerToken.Check(value, "HF_TOKEN"));

    [Theory]
    [InlineData("secret\nX-Other: 1")]
    [InlineData("secret\rmore")]
    [InlineData("secret more")]
    [InlineData("secr\u00e9t")]
    [InlineData("secret\0")]
    [InlineData("secret\u007f")]
    public void What_no_header_can_carry_is_refused_and_not_shown(string value)
    {
        var error = Assert.Throws<InputException>(() => BearerToken.Check(value, "HF_TOKEN"));
        Assert.StartsWith("HF_TOKEN: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secr", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
