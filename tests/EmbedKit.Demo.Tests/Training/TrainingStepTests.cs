using EmbedKit.Demo.Training;
using EmbedKit.Runtime;
using EmbedKit.Transformers.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Tests.Training;

/// <summary>Each objective learns a small fixed batch, and leaves no tensor behind.</summary>
public class TrainingStepTests
{
    private static readonly TransformerOptions Small = new() { Width = 16, Layers = 1, Heads = 2, FeedForwardWidth = 32 };
    private static readonly OptimisationOptions Schedule = new() { Steps = 40, Batch = 6, LearningRate = 5e-3 };

    // One thread each: tests run side by side.
    static TrainingStepTests() => torch.set_num_threads(1);

    [Fact]
    public void Contrastive_training_learns_to_match_a_fixed_batch()
    {
        using var scope = NewDisposeScope();
        using var image = new VisionTransformer(new() { ImageSize = 16, Transformer = Small, ProjectionWidth = 8 }, new Generator(1));
        using var text = new ClipTextTransformer(
            new() { VocabularySize = 20, EndToken = 19, ProjectionWidth = 8, Transformer = Small with { Causal = true } }, new Generator(2));
        using var training = new ContrastiveTraining(image, text, Schedule);
        var pixels = randn([6, 3, 16, 16], generator: new Generator(3));
        var ids = cat([randint(0, 19, [6, 5], ScalarType.Int64, generator: new Generator(4)), full([6, 1], 19, ScalarType.Int64)], 1);

        AssertLearns(() => training.Step(pixels, ids), below: 0.5);
    }

    [Fact]
    public void Self_distillation_learns_and_the_teacher_follows_the_student()
    {
        using var scope = NewDisposeScope();
        var options = new VisionTransformerOptions { ImageSize = 16, PatchSize = 4, Transformer = Small };
        using var student = new VisionTransformer(options, new Generator(1));
        using var teacher = new VisionTransformer(options, new Generator(5));
        using var training = new SelfDistillation(student, teacher, Schedule, new Generator(2));
        var pixels = randn([6, 3, 16, 16], generator: new Generator(3));
        var start = teacher.Positions.clone();
        Assert.Equal(0, (teacher.Positions - student.Positions).abs().sum().item<float>());

        var random = new SeededRandom(4);
        AssertLearns(() => training.Step(pixels, random), below: 0.9);
        var moved = (teacher.Positions - start).norm().item<float>();
        var ahead = (student.Positions - start).norm().item<float>();
        Assert.True(moved > 0 && moved < ahead, $"teacher moved {moved}, student {ahead}");
    }

    [Fact]
    public void Language_training_learns_a_fixed_text_and_ignores_padding()
    {
        using var scope = NewDisposeScope();
        var transformer = new LlamaOptions().Transformer with { Width = 16, Layers = 1, Heads = 2, FeedForwardWidth = 32 };
        using var model = new LlamaDecoder(new() { VocabularySize = 20, Transformer = transformer }, new Generator(1));
        using var training = new CausalLanguageTraining(model, Schedule with { LearningRate = 2e-2 });
        int[][] texts = [[1, 4, 5, 6, 7, 8], [1, 9, 10, 11]];
        var batch = TokenBatch.Pad(texts, 0);

        Assert.Equal(training.Evaluate(batch), training.Evaluate(TokenBatch.Pad(texts, 15)), 1e-6);
        AssertLearns(() => training.Step(batch), below: 0.5);
    }

    [Fact]
    public void The_learning_rate_rises_then_falls()
    {
        var schedule = new OptimisationOptions { Steps = 100, Batch = 1, WarmUp = 0.1 };

        Assert.Equal(0.1, schedule.Schedule(0), 1e-9);
        Assert.Equal(1, schedule.Schedule(10), 1e-9);
        Assert.InRange(schedule.Schedule(55), 0.5, 0.51);
        Assert.InRange(schedule.Schedule(99), 0.01, 0.011);
    }

    private static void AssertLearns(Func<float> step, double below)
    {
        var first = step();
        step();
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        var last = first;
        for (var i = 2; i < 40; i++)
        {
            last = step();
        }

        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        Assert.True(last < below * first, $"loss {first} became {last}");
    }
}
