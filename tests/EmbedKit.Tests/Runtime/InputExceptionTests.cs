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
}
