using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Runtime;

public sealed class InputExceptionTests
{
    [Fact]
    public void A_message_is_one_line_that_can_be_read()
    {
        Assert.Equal("a: 'b c'; expected d.", new InputException("a: 'b\r\nc'; expected d.").Message);
        var shown = new InputException($"table.csv: '{new string('z', 1_000_000)}'; expected a number.").Message;
        Assert.InRange(shown.Length, 3_000, 4_000);
        Assert.StartsWith("table.csv: 'zzz", shown, StringComparison.Ordinal);
        Assert.EndsWith("zzz'; expected a number.", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\":1,", "it is cut short at 'a' in line 1")]
    [InlineData("{", "it is cut short in line 1")]
    [InlineData("", "it is cut short in line 1")]
    [InlineData("{\"a\":\"b", "it is cut short at 'a' in line 1")]
    [InlineData("{\"a\"", "it is cut short in line 1")]
    [InlineData("{\"a\":", "it is cut short at 'a' in line 1")]
    [InlineData("{\n  x}", "'x' is an invalid start of a property name. Expected a '\"' in line 2")]
    [InlineData("{\"a\":{}}", "The JSON value is of another kind than expected at 'a' in line 1")]
    [InlineData("[]", "The JSON value is of another kind than expected in line 1")]
    public void What_is_wrong_with_JSON_is_said_without_numbers_of_bytes(string json, string expected)
    {
        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Dictionary<string, int>>(json));
        Assert.Equal($"f.json: ({expected}).", new InputException($"f.json: ({error.Message}).", error).Message);
        Assert.DoesNotContain(" in line", new InputException($"f.json line 7: ({error.Message}).", error).Message, StringComparison.Ordinal);
    }
}
