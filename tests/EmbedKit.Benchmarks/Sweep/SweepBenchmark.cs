using BenchmarkDotNet.Attributes;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Benchmarks.Sweep;

/// <summary>
/// 21 models that differ in λ, trained in one stacked pass and one after another: 980 rows of 64 + 64 random values, 7 classes, batch 64,
/// three epochs, one thread. The two give equal models (a unit test shows it), so the ratio is all gain.
/// </summary>
public class SweepBenchmark
{
    private const int Rows = 980;
    private const int Width = 64;
    private readonly double[] _lambdas = [.. Enumerable.Range(-10, 21).Select(i => i / 10.0)];
    private readonly TrainerOptions _options = new() { Epochs = 3 };
    private TrainingSet _training = null!;
    private LabelEncoding _encoding = null!;
    private FittedShift _shift = null!;

    /// <summary>The fusion trained.</summary>
    [Params(FusionKind.Early, FusionKind.Late)]
    public FusionKind Kind { get; set; }

    /// <summary>Draws the rows.</summary>
    [GlobalSetup]
    public void Setup()
    {
        torch.set_num_threads(1);
        var random = new SeededRandom(1);
        EmbeddingMatrix Draw() => new(Rows, Width, [.. Enumerable.Range(0, Rows * Width).Select(_ => (float)random.NextGaussian())]);
        string[] Cells(Func<int, string> cell) => [.. Enumerable.Range(0, Rows).Select(cell)];
        var table = new TextTable(["image_id", "label_class", "split"], [Cells(i => $"row{i}"), Cells(i => $"{i % 7}"), Cells(_ => "train")]);
        _training = TrainingSet.From(new(table, Draw(), Draw()));
        _encoding = LabelEncoding.Fit(["label_class"], _training.Rows.Table);
        _shift = new GapShift(new()).Fit(_training);
    }

    /// <summary>One model after another.</summary>
    [Benchmark(Baseline = true)]
    public void Apart()
    {
        foreach (var lambda in _lambdas)
        {
            Trainer.Train(_training, null, _encoding, new() { Kind = Kind }, _options, new RandomStreams(0), _shift.At(lambda)).Dispose();
        }
    }

    /// <summary>All in one pass.</summary>
    [Benchmark]
    public void Stacked()
    {
        foreach (var model in Trainer.TrainSweep(_training, null, _encoding, new() { Kind = Kind }, _options, new RandomStreams(0), _shift, _lambdas))
        {
            model.Dispose();
        }
    }
}
