using EmbedKit.Demo.World;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Training;

/// <summary>
/// Image–text pairs of all four demo data sets to train encoders on. Only images and leak-free texts are taken: labels and the published
/// texts stay behind.
/// </summary>
internal sealed class EncoderTrainingData : IDisposable
{
    /// <summary>Pixels of a side of every image.</summary>
    internal const int ImageSize = 64;
    private static readonly DemoDataset[] Datasets = Enum.GetValues<DemoDataset>();
    private readonly int _rows;
    private readonly Tensor _images;

    private EncoderTrainingData(int rows, byte[] pixels, string[] texts)
    {
        (_rows, Texts) = (rows, texts);
        _images = torch.tensor(pixels, [texts.Length, ImageSize, ImageSize, 3], ScalarType.Byte).permute(0, 3, 1, 2).contiguous();
    }

    /// <summary>One text a row; the rows of one data set after those of another.</summary>
    internal string[] Texts { get; }

    /// <summary>Draws the pairs and brings the images to 64×64 exactly as they are for embedding.</summary>
    /// <param name="demo">Rows of each data set, how varied, and which draw.</param>
    /// <param name="streams">The run's random streams.</param>
    /// <param name="progress">Counts images.</param>
    /// <param name="cancellation">Stops between images.</param>
    internal static EncoderTrainingData Draw(
        DemoOptions demo, RandomStreams streams, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var preprocessor = new ImagePreprocessor(new() { ShortestEdge = ImageSize, CropSize = (ImageSize, ImageSize) });
        var texts = new List<string>();
        using var pixels = new MemoryStream(Datasets.Length * demo.Size * ImageSize * ImageSize * 3);
        foreach (var sample in Datasets.SelectMany(d => DemoWorld.Draw(d, demo, streams)))
        {
            cancellation.ThrowIfCancellationRequested();
            texts.Add(sample.Text);
            pixels.Write(preprocessor.ResizeAndCrop(sample.Image).Pixels);
            progress?.Report(new($"images drawn ({demo.Draw})", texts.Count, Datasets.Length * demo.Size));
        }

        var data = new EncoderTrainingData(demo.Size, pixels.ToArray(), [.. texts]);
        data._images.DetachFromDisposeScope();
        return data;
    }

    /// <summary>Random rows, the same number from each of <paramref name="datasets"/> data sets picked at random; none twice.</summary>
    /// <param name="size">Rows in all.</param>
    /// <param name="datasets">Data sets to mix, 1 to 4.</param>
    /// <param name="random">The random source.</param>
    internal int[] Sample(int size, int datasets, SeededRandom random)
    {
        var chosen = Enumerable.Range(0, Datasets.Length).ToArray();
        random.Shuffle(chosen);
        return [.. chosen.Take(datasets).SelectMany(d =>
        {
            var rows = RowsOf(d);
            random.Shuffle(rows);
            return rows.Take(size / datasets);
        })];
    }

    /// <summary>The rows of each data set, in turn.</summary>
    internal IEnumerable<int[]> ByDataset() => Enumerable.Range(0, Datasets.Length).Select(RowsOf);

    /// <summary>Images as the model reads them.</summary>
    /// <param name="rows">Row numbers.</param>
    /// <param name="config">The model's rescaling and normalisation.</param>
    /// <returns>B×3×64×64.</returns>
    internal Tensor Pixels(int[] rows, PreprocessorConfig config)
    {
        using var scope = NewDisposeScope();
        Tensor Channels(IReadOnlyList<double> values) => torch.tensor(values.Select(v => (float)v).ToArray(), [1, 3, 1, 1]);
        var rescaled = _images.index_select(0, torch.tensor(rows.Select(r => (long)r).ToArray())).to(ScalarType.Float32).Times(config.RescaleFactor);
        return ((rescaled - Channels(config.Mean)) / Channels(config.StandardDeviation)).MoveToOuterDisposeScope();
    }

    public void Dispose() => _images.Dispose();

    private int[] RowsOf(int dataset) => [.. Enumerable.Range(dataset * _rows, _rows)];
}
