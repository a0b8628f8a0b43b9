using EmbedKit.Alignment;
using EmbedKit.Fusion;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Tests.Fusion;

public class FusionRowsTests
{
    [Theory]
    [InlineData(FusionKind.Early)]
    [InlineData(FusionKind.Text)]
    [InlineData(FusionKind.Image)]
    public void Rows_made_when_asked_for_are_those_that_are_kept(FusionKind kind)
    {
        var set = SyntheticEmbeddings.Make(rows: 200);
        var shift = new GapShift(new() { Lambda = 0.4 }).Fit(TrainingSet.From(set));
        EmbeddingSet Shift(EmbeddingSet rows) => shift.Transform(rows);
        var whole = shift.Transform(set);
        var fusion = new FusionOptions { Kind = kind };
        using var scope = torch.NewDisposeScope();
        using var all = new FusionRows(set, new() { Kind = FusionKind.Late }, Shift);
        using var kept = new FusionRows(set, fusion, Shift);
        using var made = new FusionRows(set, fusion, Shift, keep: 0);
        var some = torch.tensor((long[])[199, 3, 77]);

        float[] expected = [.. Enumerable.Range(0, 200).SelectMany(i =>
            (float[])[.. fusion.UsesText ? whole.Text!.Row(i) : [], .. fusion.UsesImage ? whole.Image!.Row(i) : []])];

        foreach (var rows in (FusionRows[])[kept, made, all.Of(fusion)])
        {
            Assert.Equal(expected, Numbers(rows.Range(0, 200)));
            Assert.Equal(expected[^(3 * rows.Width)..], Numbers(rows.Range(197, 3)));
            Assert.Equal(((int[])[199, 3, 77]).SelectMany(i => expected[(i * rows.Width)..((i + 1) * rows.Width)]), Numbers(rows.Take(some)));
        }
    }

    private static float[] Numbers(torch.Tensor rows) => rows.contiguous().data<float>().ToArray();
}
