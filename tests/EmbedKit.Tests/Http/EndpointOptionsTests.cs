using EmbedKit.Http;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Http;

public sealed class EndpointOptionsTests
{
    [Theory]
    [InlineData("https://host/v1#a/b:c", "https://host/v1", "a/b:c")]
    [InlineData("http://localhost:11434/v1/#nomic-embed-text", "http://localhost:11434/v1", "nomic-embed-text")]
    public void An_address_names_host_and_model(string text, string address, string model)
    {
        var options = EndpointOptions.Parse(text);
        Assert.Equal((address, model), (options.Address.AbsoluteUri, options.Model));
    }

    [Theory]
    [InlineData("https://host/v1", "names no model")]
    [InlineData("https://me:pass@host/v1#m", "holds a password")]
    [InlineData("https://host/v1?key=pass#m", "holds a password or a query")]
    [InlineData("https://", "not an address")]
    public void Another_address_is_refused_without_repeating_its_password(string text, string expected)
    {
        var error = Assert.Throws<InputException>(() => EndpointOptions.Parse(text));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass@", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("=pass", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost/v1#m", true)]
    [InlineData("http://127.0.0.1:8080/v1#m", true)]
    [InlineData("http://[::1]/v1#m", true)]
    [InlineData("http://10.1.2.3/v1#m", true)]
    [InlineData("http://172.31.0.1/v1#m", true)]
    [InlineData("http://192.168.1.9/v1#m", true)]
    [InlineData("http://[fd00::1]/v1#m", true)]
    [InlineData("http://172.32.0.1/v1#m", false)]
    [InlineData("http://192.0.2.1/v1#m", false)]
    [InlineData("http://host.example/v1#m", false)]
    [InlineData("http://localhost.example/v1#m", false)]
    [InlineData("https://host.example/v1#m", true)]
    public void Texts_go_unencrypted_only_nearby(string address, bool allowed)
    {
        var options = EndpointOptions.Parse(address);
        Assert.Equal(allowed, Record.Exception(options.Validate) is null);
        Assert.Null(Record.Exception((options with { AllowInsecure = true }).Validate));
    }

    [Fact]
    public void A_key_of_two_lines_is_refused_before_anything_is_sent() =>
        Assert.Throws<InputException>(() => (EndpointOptions.Parse("https://h/v1#m") with { ApiKey = "one\ntwo" }).Validate());

    [Fact]
    public void Options_show_no_key() =>
        Assert.DoesNotContain("secret", $"{EndpointOptions.Parse("https://h/v1#m") with { ApiKey = "secret" }}", StringComparison.Ordinal);
}
