using EmbedKit.Quantization;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Images and texts of the demo world to compare two precisions of a model on.</summary>
public static class DemoSamples
{
    /// <summary>Draws from all four data sets in turn; the draw is used for nothing else.</summary>
    /// <param name="count">How many images, and as many texts; at least 1.</param>
    /// <param name="streams">The run's random streams.</param>
    public static SampleInputs Draw(int count, RandomStreams streams)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var sets = Enum.GetValues<DemoDataset>();
        var options = new DemoOptions { Size = Math.Max(60, count), Draw = "quantization" };
        var drawn = sets.Select(d => DemoWorld.Draw(d, options, streams).Take((count + sets.Length - 1) / sets.Length).ToArray()).ToArray();
        var samples = Enumerable.Range(0, count).Select(i => drawn[i % sets.Length][i / sets.Length]).ToArray();
        return new($"{count} synthetic images and texts of the demo world", samples.Select(s => s.Image), [.. samples.Select(s => s.Text)]);
    }
}
