using EmbedKit.Demo.Training;
using EmbedKit.Runtime;
using EmbedKit.Tests;
using EmbedKit.Tests.Runtime;
using EmbedKit.Transformers.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Tests.Training;

/// <summary>As with fusion: an encoder's training must not depend on when the collector runs.</summary>
[Collection(Alone.Name)]
[Trait("Tier", "slow")]
public class GarbageCollectionTests
{
    private static readonly TransformerOptions Small = new() { Width = 16, Layers = 2, Heads = 2, FeedForwardWidth = 32, LayerScale = 1 };
    private static readonly OptimisationOptions Schedule = new() { Steps = 200, Batch = 4 };

    [Fact]
    public void Contrastive_training_gives_the_same_losses_while_the_collector_never_rests() => AssertUnmoved(() =>
    {
        using var image = new VisionTransformer(
            new() { ImageSize = 16, Transformer = Small, NormaliseTokens = true, ProjectionWidth = 8 }, new Generator(1));
        using var text = new ClipTextTransformer(
            new()
            {
                VocabularySize = 20,
                EndToken = 19,
                ProjectionWidth = 8,
                Transformer = Small with { Causal = true, FeedForward = FeedForwardKind.QuickGelu }
            }, new Generator(2));
        using var training = new ContrastiveTraining(image, text, Schedule);
        var batch = TokenBatch.Pad([[1, 2, 19], [3, 19], [4, 5, 6, 19], [7, 19]], 19);
        return Steps(() => training.Step(Images(), batch.Ids));
    });

    [Fact]
    public void So_does_self_distillation() => AssertUnmoved(() =>
    {
        var options = new VisionTransformerOptions { ImageSize = 16, PatchSize = 4, Transformer = Small };
        using var student = new VisionTransformer(options, new Generator(1));
        using var teacher = new VisionTransformer(options, new Generator(1));
        using var training = new SelfDistillation(student, teacher, Schedule, new Generator(2));
        var random = new SeededRandom(3);
        return Steps(() => training.Step(Images(), random));
    });

    [Fact]
    public void So_does_a_language_model() => AssertUnmoved(() =>
    {
        var transformer = new LlamaOptions().Transformer with { Width = 16, Layers = 2, Heads = 2, FeedForwardWidth = 32 };
        using var model = new LlamaDecoder(new() { VocabularySize = 20, Transformer = transformer }, new Generator(1));
        using var training = new CausalLanguageTraining(model, Schedule);
        var batch = TokenBatch.Pad([[1, 4, 5, 6, 7, 8], [1, 9, 10, 11]], 0);
        return Steps(() => training.Step(batch)).Append(training.Evaluate(batch));
    });

    private static Tensor Images() => torch.tensor([.. Enumerable.Range(0, 4 * 3 * 16 * 16).Select(i => (float)Math.Sin(i))], [4, 3, 16, 16]);

    private static float[] Steps(Func<float> step) => Enumerable.Range(0, Schedule.Steps).Select(_ =>
    {
        using var scope = NewDisposeScope();
        return step();
    }).ToArray();

    private static void AssertUnmoved(Func<IEnumerable<float>> train)
    {
        float[] Run()
        {
            using var scope = NewDisposeScope();
            return [.. train()];
        }

        Assert.Equal(Run(), RestlessCollector.During(Run));
    }
}
