using EmbedKit.Embedding.Extraction;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Embedding.Extraction;

public sealed class RowShardTests
{
    [Theory]
    [InlineData(10, 3)]
    [InlineData(7, 7)]
    [InlineData(10_015, 64)]
    [InlineData(int.MaxValue, 1000)]
    public void Parts_cover_all_rows_once_in_order_and_differ_by_one_row(int rows, int count)
    {
        var parts = Enumerable.Range(1, count).Select(i => RowShard.Parse($"{i}/{count}").RowsOf(rows)).ToList();
        var next = 0;
        foreach (var (first, length) in parts)
        {
            Assert.Equal(next, first);
            next += length;
        }

        Assert.Equal(rows, next);
        Assert.InRange(parts.Max(p => p.Count) - parts.Min(p => p.Count), 0, 1);
    }

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1/0")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("-1/2")]
    [InlineData("a/b")]
    [InlineData("")]
    public void Anything_else_is_refused(string text) =>
        Assert.Contains("expected I/N with 1 ≤ I ≤ N", Assert.Throws<InputException>(() => RowShard.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void More_parts_than_rows_are_refused() =>
        Assert.Contains("only 3 rows; expected at most as many shards", Assert.Throws<InputException>(() => new RowShard(1, 4).RowsOf(3)).Message, StringComparison.Ordinal);
}
