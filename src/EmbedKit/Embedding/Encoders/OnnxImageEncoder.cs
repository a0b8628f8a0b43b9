using EmbedKit.Embedding.Images;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Encoders;

/// <summary>An image encoder of a model folder, run by ONNX Runtime: <c>pixel_values</c> N×3×H×W → one vector an image.</summary>
public sealed class OnnxImageEncoder : IDisposable
{
    private readonly EncoderModel _model;

    /// <summary>Opens the encoder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="options">Threads, precision and device; null takes the defaults.</param>
    /// <exception cref="InputException">
    /// A missing or broken file, external data out of the folder, other inputs or outputs than expected, sizes that do not fit the
    /// preprocessing or the config.
    /// </exception>
    public OnnxImageEncoder(ModelFolder folder, EncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Folder = folder;
        _ = folder.Side(EncoderSide.Image);
        Preprocessor = ImagePreprocessor.Read(folder.Path);
        _model = new(folder, EncoderSide.Image, options ?? new());
        try
        {
            Check();
        }
        catch (InputException)
        {
            _model.Dispose();
            throw;
        }
    }

    /// <summary>The model folder.</summary>
    public ModelFolder Folder { get; }

    /// <summary>How images are prepared.</summary>
    public ImagePreprocessor Preprocessor { get; }

    /// <summary>How the output becomes one vector.</summary>
    public Pooling Pooling => _model.Pooling;

    /// <summary>The output that is read.</summary>
    public string Output => _model.Output.Name;

    /// <summary>Values of one embedding, or null when neither the model nor its config says, so that only a run tells.</summary>
    public int? Dimension => _model.Output.Width;

    /// <summary>The precision of the ONNX file.</summary>
    public ModelPrecision Precision => _model.Precision;

    /// <summary>Where the model runs.</summary>
    public ExecutionDevice Device => _model.Device;

    /// <summary>The ONNX file, relative to the folder, with / between parts.</summary>
    public string File => _model.File;

    /// <summary>SHA-256 of the ONNX file; with external data, of the list of its files' hashes.</summary>
    public string ModelHash => _model.Onnx.Hash;

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
        var step = _model.Batch ?? count;
        var values = new List<float[]>();
        for (var first = 0; first < count; first += step)
        {
            values.Add(Run(pixels.AsMemory(first * Preprocessor.Length, step * Preprocessor.Length), step));
        }

        return new(count, values[0].Length / step, values.Count == 1 ? values[0] : [.. values.SelectMany(v => v)]);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private float[] Run(Memory<float> pixels, int count)
    {
        using var inputs = new InputTensors();
        inputs.Add(_model.Input, _model.Element, pixels, count, 3, Preprocessor.Height, Preprocessor.Width);
        var (shape, values) = _model.Run(inputs, count);
        return Pooling == Pooling.ClassToken ? TokenPooling.First(values, (int)shape[1], (int)shape[2]) : values;
    }

    private void Check()
    {
        if (Pooling is not (Pooling.Projected or Pooling.ClassToken))
        {
            throw new InputException(
                $"{_model.Onnx.Path}: pooling '{Pooling.Name()}' for images; expected {Pooling.Projected.Name()} or {Pooling.ClassToken.Name()}.");
        }

        var names = _model.Onnx.Inputs[_model.Input].SymbolicDimensions;
        if (names is [_, "height" or "h" or "H", ..] or [.., "channels" or "num_channels" or "channel" or "c" or "C"])
        {
            throw new InputException(
                $"{_model.Onnx.Path}: reads images as {string.Join('×', names)}; expected N×3×H×W, the channels first. Export the model so.");
        }

        int[] given = [3, Preprocessor.Height, Preprocessor.Width];
        var read = _model.InputShape.Skip(1).ToArray();
        if (read.Zip(given).Any(d => d.First > 0 && d.First != d.Second))
        {
            throw new InputException(
                $"{_model.Onnx.Path}: reads {string.Join('×', read.Select(d => d > 0 ? $"{d}" : "?"))}; the preprocessing gives "
                    + $"{string.Join('×', given)}. Expected sizes that agree.");
        }
    }
}
