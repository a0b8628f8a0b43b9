using CsCheck;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Tests.Storage;

public class EmbeddingMatrixTests
{
    private static readonly EmbeddingMatrix Matrix = new(3, 2, [1, 2, 3, 4, 5, 6]);

    [Fact]
    public void A_selection_of_a_selection_shares_the_numbers()
    {
        var selected = Matrix.Select([2, 0, 1]).Select([1, 0]);
        Matrix.Values[0] = 10;

        Assert.Equal([10f, 2, 5, 6], selected.Values);
        Assert.Equal([5f, 6], selected.Row(1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => selected.Row(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => selected.Select([2]));
        Matrix.Values[0] = 1;
    }

    [Fact]
    public void Half_precision_reads_as_the_framework_converts_it() => Gen.Float.Where(f => float.IsFinite((float)(Half)f)).Array[12].Sample(
        values =>
        {
            float[] rounded = [.. values.Select(v => (float)(Half)v)];
            var half = new EmbeddingMatrix(3, 4, values).ToHalf();

            Assert.True(half.IsHalf);
            Assert.Equal(rounded.Select(BitConverter.SingleToInt32Bits), half.Values.Select(BitConverter.SingleToInt32Bits));
            Assert.Equal([.. rounded[8..], .. rounded[..4]], half.Select([2, 0]).Values);
            Assert.Equal(rounded[4..8], half.Row(1).ToArray());
            Assert.Equal(rounded[4..8], half.ToSingle().Row(1).ToArray());
        },
        iter: 200, threads: 1);

    [Fact]
    public void Values_beyond_half_precision_are_refused_by_place()
    {
        var set = new EmbeddingSet(new(["image_id"], [["a", "b", "c"]]), new(3, 2, [1, 2, 3, 65_520, 5, 6]), null);

        var message = Assert.Throws<InputException>(set.ToHalf).Message;

        Assert.Contains("(b): image embedding value 1", message, StringComparison.Ordinal);
        Assert.Contains("65,504", message, StringComparison.Ordinal);
    }
}
