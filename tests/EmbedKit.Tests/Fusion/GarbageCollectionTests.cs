using EmbedKit.Alignment;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Tests.Fusion;

/// <summary>TorchSharp's temporary numbers may be collected during a native call; training must not depend on when the collector runs.</summary>
[Collection(Alone.Name)]
[Trait("Tier", "slow")]
public class GarbageCollectionTests
{
    [Theory]
    [InlineData(FusionKind.Early)]
    [InlineData(FusionKind.Late)]
    public void Training_gives_the_same_weights_while_the_collector_never_rests(FusionKind kind)
    {
        var set = SyntheticEmbeddings.Make(rows: 200);
        var shift = new GapShift(new() { Lambda = 0.5 }).Fit(TrainingSet.From(set));
        var options = new TrainerOptions { Epochs = 40, BatchSize = 8, Sigma = 0.05 };
        TrainedModel Run() => TrainerTests.Train(set, new() { Kind = kind, Dropout = 0.2 }, options, shift: shift);
        using var calm = Run();
        using var busy = RestlessCollector.During(Run);

        Assert.Equal(calm.History.Select(h => h.Loss), busy.History.Select(h => h.Loss));
    }

    [Fact]
    public void A_stacked_sweep_gives_the_same_models_too()
    {
        var set = SyntheticEmbeddings.Make(rows: 200);
        var options = new TrainerOptions { Epochs = 20, BatchSize = 8, Sigma = 0.05 };
        double[] Run()
        {
            var models = StackedLoopTests.Train(set, FusionKind.Early, options, [-1, 0, 1]);
            var scores = models.SelectMany(m => m.Predict(set).Scores!.Append(m.ChosenEpoch)).ToArray();
            foreach (var model in models)
            {
                model.Dispose();
            }

            return scores;
        }

        Assert.Equal(Run(), RestlessCollector.During(Run));
    }
}
