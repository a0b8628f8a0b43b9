using EmbedKit.Fusion;

namespace EmbedKit.Tests.Fusion;

[Collection(Alone.Name)]
[Trait("Tier", "slow")]
public class TrainerMemoryTests
{
    [Theory]
    [InlineData(FusionKind.Late, 0.2, null)]
    [InlineData(FusionKind.Early, 0, "linear probe")]
    public void Memory_stays_flat_over_ten_thousand_minibatches(FusionKind kind, double dropout, string? shape)
    {
        var fusion = new FusionOptions { Kind = kind, Dropout = dropout, Hidden = shape is null ? null : [] };
        var set = SyntheticEmbeddings.Make(rows: 400);
        var options = new TrainerOptions { Epochs = 32, BatchSize = 2 };
        void Minibatches5000() => TrainerTests.Train(set, fusion, options).Dispose();
        Minibatches5000();
        var before = Resident();
        Minibatches5000();
        Minibatches5000();

        // 10,000 minibatches that leaked one 4 KB tensor each would add 40 MB.
        Assert.InRange(Resident() - before, long.MinValue, 24L << 20);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
