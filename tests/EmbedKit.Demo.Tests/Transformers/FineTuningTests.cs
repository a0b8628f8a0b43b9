using EmbedKit.Benchmarking;
using EmbedKit.Demo.World;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Tests;
using EmbedKit.Transformers.Ways;

namespace EmbedKit.Demo.Tests.Transformers;

[Trait("Tier", "slow")]
public sealed class FineTuningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FineTuningTests() => DemoWriter.Write(_folder.Path, 140, new RandomStreams(0));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Equal_seeds_give_equal_models_and_a_step_size_of_nearly_nothing_gives_the_frozen_ones()
    {
        var frozen = Measure(TrainingWay.LivePublished, 1e-5);
        var trained = Measure(TrainingWay.FineTuned, 1e-3);
        Assert.Equal(trained.MacroF1, Measure(TrainingWay.FineTuned, 1e-3).MacroF1);
        Assert.Equal(frozen.MacroF1, Measure(TrainingWay.FineTuned, 1e-12).MacroF1);
        Assert.True(trained.ParametersTrained > frozen.ParametersTrained);
    }

    [Fact]
    public void A_step_size_that_ruins_the_encoders_is_said() =>
        Assert.True(Record.Exception(() => Measure(TrainingWay.FineTuned, 1e30)) is InputException { Message: var message }
            && message.Contains("the encoders' learning rate (1E+30)", StringComparison.Ordinal));

    private WayMeasurement Measure(TrainingWay way, double rate) => ModuleWayRun.Measure(
        new()
        {
            Way = way,
            Embeddings = "none",
            Labels = _folder["satellite/labels.csv"],
            Images = _folder["satellite/images"],
            ImageModel = "tiny-clip",
            Label = "label_outbreak",
            Fusion = FusionKind.Early,
            Rows = 20,
            Epochs = 2,
            EncoderLearningRate = rate,
            Threads = 1,
        },
        new RandomStreams(0));
}
