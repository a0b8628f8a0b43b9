using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using Microsoft.ML.OnnxRuntime;

namespace EmbedKit.Embedding;

/// <summary>An image encoder of a model folder, run by ONNX Runtime: <c>pixel_values</c> N×3×H×W → one vector an image.</summary>
public sealed class OnnxImageEncoder : IDisposable
{
    private const string Input = "pixel_values";
    private readonly OnnxModel _model;
    private readonly long? _fixedBatch;

    /// <summary>Opens the encoder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="options">Threads, precision and device; null takes the defaults.</param>
    /// <exception cref="InputException">A missing or broken file, other inputs or outputs than expected, sizes that do not fit the preprocessing.</exception>
    public OnnxImageEncoder(ModelFolder folder, EncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Folder = folder;
        Preprocessor = ImagePreprocessor.Read(folder.Path);
        options ??= new();
        options.Validate();
        var (file, side) = folder.ImageSide(options.Precision);
        (Pooling, Precision, Device, File) = (side.Pooling, options.Precision, options.Device, Path.GetRelativePath(folder.Path, file).Replace('\\', '/'));
        _model = new(file, side.Output, side.Pooling == Pooling.Projected ? 2 : 3, options);
        try
        {
            _fixedBatch = Check();
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
    public Pooling Pooling { get; }

    /// <summary>The precision of the ONNX file.</summary>
    public ModelPrecision Precision { get; }

    /// <summary>Where the model runs.</summary>
    public ExecutionDevice Device { get; }

    /// <summary>The ONNX file, relative to the folder, with / between parts.</summary>
    public string File { get; }

    /// <summary>D, the width of an embedding; null where the ONNX file leaves it open.</summary>
    public int? Dimension => _model.OutputWidth;

    /// <summary>SHA-256 of the ONNX file.</summary>
    public string ModelHash => _model.Hash;

    /// <summary>Embeds prepared images.</summary>
    /// <param name="pixels">N × 3×H×W values as <see cref="Preprocessor"/> gives them.</param>
    /// <param name="count">N, at least 1.</param>
    /// <returns>N×D.</returns>
    public EmbeddingMatrix Encode(float[] pixels, int count)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.LongLength, (long)count * Preprocessor.Length);
        var step = (int)(_fixedBatch ?? count);
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
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pixels, [count, 3, Preprocessor.Height, Preprocessor.Width]);
        var (shape, values) = _model.Run(new Dictionary<string, OrtValue> { [Input] = input });
        return Pooling == Pooling.ClassToken ? FirstTokens(values, (int)shape[1], (int)shape[2]) : values;
    }

    private static float[] FirstTokens(float[] values, int tokens, int width)
    {
        var first = new float[values.Length / tokens];
        for (var row = 0; row < first.Length / width; row++)
        {
            values.AsSpan(row * tokens * width, width).CopyTo(first.AsSpan(row * width));
        }

        return first;
    }

    private long? Check()
    {
        var shape = _model.InputShape(Input, typeof(float), 4);
        int[] given = [shape[0], 3, Preprocessor.Height, Preprocessor.Width];
        if (shape.Zip(given).Any(d => d.First > 0 && d.First != d.Second))
        {
            throw new InputException(
                $"{_model.Path}: reads {string.Join('×', shape.Skip(1))}; preprocessor_config.json gives {string.Join('×', given.Skip(1))}. Expected sizes that agree.");
        }

        _model.RequireOnly([Input]);
        return shape[0] switch
        {
            < 1 => null,
            1 => 1,
            _ => throw new InputException($"{_model.Path}: takes exactly {shape[0]} images at a time; expected any number, or one."),
        };
    }
}
