using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Tests.Fusion;

public class NoiseKindTests
{
    [Theory]
    [InlineData(NoiseKind.Fresh, false)]
    [InlineData(NoiseKind.Frozen, true)]
    [InlineData(NoiseKind.Inference, false)]
    public void Only_frozen_noise_is_the_same_in_every_epoch(NoiseKind kind, bool same)
    {
        using var scope = torch.NewDisposeScope();
        var set = new EmbeddingSet(new(["image_id"], [["a", "b", "c", "d", "e", "f"]]), null, EmbeddingMatrix.Make(6, 400, (_, row) => row.Fill(1)));
        using var clean = new FusionRows(set, new() { Kind = FusionKind.Text });
        using var rows = new NoisyRows(clean, new() { Sigma = 0.5, Noise = kind }, new RandomStreams(1));
        var order = torch.tensor([4L, 0, 2]);
        var (first, second) = (rows.Minibatch(order), rows.Minibatch(order));

        Assert.Equal(same, first.data<float>().SequenceEqual(second.data<float>()));
        Assert.InRange(first.std().item<float>(), 0.47, 0.53);
        Assert.All(clean.Range(0, 6).data<float>().ToArray(), v => Assert.Equal(1, v));
    }

    [Theory]
    [InlineData(NoiseKind.Fresh)]
    [InlineData(NoiseKind.Frozen)]
    [InlineData(NoiseKind.Inference)]
    public void Every_kind_is_seeded_and_sigma_0_is_none(NoiseKind kind)
    {
        var set = SyntheticEmbeddings.Make(rows: 120);
        double Loss(double sigma, int seed = 0)
        {
            using var trained = TrainerTests.Train(set, new(), new() { Epochs = 2, Sigma = sigma, Noise = kind }, seed: seed);
            return trained.History[^1].Loss;
        }

        Assert.Equal(Loss(0.1), Loss(0.1));
        Assert.NotEqual(Loss(0.1), Loss(0.1, seed: 1));
        using var clean = TrainerTests.Train(set, new(), new() { Epochs = 2 });
        Assert.Equal(clean.History[^1].Loss, Loss(0));
    }

    [Fact]
    public void Noise_at_inference_belongs_to_the_row_and_not_to_the_set_it_comes_in()
    {
        var set = SyntheticEmbeddings.Make(rows: 120);
        using var trained = TrainerTests.Train(set, new(), new() { Epochs = 2, Sigma = 0.2, Noise = NoiseKind.Inference });
        var (all, test) = (trained.Predict(set), set.RowsOf(Split.Test));
        var some = trained.Predict(set.Select(test));

        Assert.All(test.Index(), row => Assert.Equal(all.Scores![row.Item * 3], some.Scores![row.Index * 3], 1e-6));
    }
}
