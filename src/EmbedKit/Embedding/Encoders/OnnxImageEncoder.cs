using EmbedKit.Embedding.Images;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Encoders;

/// <summary>An image encoder of a model folder, run by ONNX Runtime: <c>pixel_values</c> N×3×H×W → one vector an image.</summary>
public sealed class OnnxImageEncoder : OnnxEncoder
{
    /// <summary>Opens the encoder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="options">Threads, precision and device; null takes the defaults.</param>
    /// <exception cref="InputException">
    /// A missing or broken file, external data out of the folder, other inputs or outputs than expected, sizes that do not fit the
    /// preprocessing or the config.
    /// </exception>
    public OnnxImageEncoder(ModelFolder folder, EncoderOptions? options = null)
        : base(Read(folder, out var preprocessor), EncoderSide.Image, options)
    {
        Preprocessor = preprocessor;
        try
        {
            Check();
        }
        catch (InputException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How images are prepared.</summary>
    public ImagePreprocessor Preprocessor { get; }

    /// <summary>Embeds prepared images.</summary>
    /// <param name="pixels">N × 3×H×W values as <see cref="Preprocessor"/> gives them.</param>
    /// <param name="count">N, at least 1.</param>
    /// <returns>N×D.</returns>
    /// <exception cref="InputException">The model gives another shape than it promised.</exception>
    public EmbeddingMatrix Encode(float[] pixels, int count)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.LongLength, (long)count * Preprocessor.Length);
        var step = Batch ?? count;
        var values = new List<float[]>();
        for (var first = 0; first < count; first += step)
        {
            values.Add(Run(pixels.AsMemory(first * Preprocessor.Length, step * Preprocessor.Length), step));
        }

        return new(count, values[0].Length / step, values.Count == 1 ? values[0] : [.. values.SelectMany(v => v)]);
    }

    private static ModelFolder Read(ModelFolder folder, out ImagePreprocessor preprocessor)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _ = folder.Side(EncoderSide.Image);
        preprocessor = ImagePreprocessor.Read(folder.Path);
        return folder;
    }

    private float[] Run(Memory<float> pixels, int count)
    {
        using var inputs = new InputTensors();
        inputs.Add(Input, Element, pixels, count, 3, Preprocessor.Height, Preprocessor.Width);
        var (shape, values) = Run(inputs, count);
        return Pooling == Pooling.ClassToken ? TokenPooling.First(values, (int)shape[1], (int)shape[2]) : values;
    }

    private void Check()
    {
        if (Pooling is not (Pooling.Projected or Pooling.ClassToken))
        {
            throw new InputException(
                $"{Onnx.Path}: pooling '{Pooling.Name()}' for images; expected {Pooling.Projected.Name()} or {Pooling.ClassToken.Name()}.");
        }

        var names = Onnx.Inputs[Input].SymbolicDimensions;
        if (names is [_, "height" or "h" or "H", ..] or [.., "channels" or "num_channels" or "channel" or "c" or "C"])
        {
            throw new InputException(
                $"{Onnx.Path}: reads images as {string.Join('×', names)}; expected N×3×H×W, the channels first. Export the model so.");
        }

        int[] given = [3, Preprocessor.Height, Preprocessor.Width];
        var read = InputShape.Skip(1).ToArray();
        if (read.Zip(given).Any(d => d.First > 0 && d.First != d.Second))
        {
            throw new InputException(
                $"{Onnx.Path}: reads {string.Join('×', read.Select(d => d > 0 ? $"{d}" : "?"))}; the preprocessing gives "
                    + $"{string.Join('×', given)}. Expected sizes that agree.");
        }
    }
}
