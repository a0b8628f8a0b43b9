using System.Globalization;
using System.Runtime.InteropServices;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Onnx;

/// <summary>The values of a stored tensor, wherever the ONNX format lets them lie: in the message, in typed fields, or in a file beside the
/// model.</summary>
internal static class OnnxTensorData
{
    internal const string Location = "location";
    internal const string Offset = "offset";
    internal const string Length = "length";

    /// <summary>Number of values.</summary>
    /// <exception cref="InputException">A negative size, or more values than an array holds.</exception>
    internal static long Count(this TensorProto tensor)
    {
        var count = tensor.Dims.Any(d => d < 0) ? -1m : tensor.Dims.Contains(0) ? 0m
            : tensor.Dims.Aggregate(1m, (product, size) => product > Array.MaxLength ? product : product * size);
        return count >= 0 && count <= Array.MaxLength ? (long)count
            : throw new InputException(
                $"'{tensor.Name}' is {string.Join('×', tensor.Dims.Take(8))}; expected sizes of at most {Array.MaxLength} values in all. The file "
                    + "is damaged: export or fetch it again.");
    }

    /// <summary>Whether the bytes lie in another file.</summary>
    internal static bool IsExternal(this TensorProto tensor) => tensor.DataLocation == TensorProto.Types.DataLocation.External;

    /// <summary>Bytes of the values, without reading them.</summary>
    internal static long ByteLength(this TensorProto tensor) =>
        !tensor.IsExternal() ? tensor.CalculateSize() : tensor.External(Length) is { } length
            ? Math.Min(Number(tensor, Length, length), long.MaxValue >> 20) : tensor.Count() * sizeof(double);

    /// <summary>The values of a float32 tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="modelPath">The ONNX file it belongs to.</param>
    /// <exception cref="InputException">Fewer or more values than the shape says, or outside data that is missing or lies elsewhere than beside the
    /// model.</exception>
    internal static ReadOnlySpan<float> Floats(this TensorProto tensor, string modelPath)
    {
        // Cast drops what is no whole value.
        var values = tensor.IsExternal() ? MemoryMarshal.Cast<byte, float>(tensor.ReadExternal(modelPath))
            : tensor.RawData.Length > 0 ? tensor.RawData.Length % sizeof(float) != 0 ? [] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span)
            : tensor.FloatData.ToArray();
        return values.Length == tensor.Count() ? values
            : throw new InputException(
                $"{modelPath}: '{tensor.Name}' has {NumberText.Count(values.Length, "value")}; expected {tensor.Count()} by its shape. "
                    + "The file is damaged: export or fetch it again.");
    }

    /// <summary>The bytes of a tensor stored outside the model file.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="modelPath">The ONNX file it belongs to.</param>
    /// <exception cref="InputException">The data are missing, too short, or lie elsewhere than beside the model.</exception>
    internal static byte[] ReadExternal(this TensorProto tensor, string modelPath)
    {
        var location = tensor.External(Location) ?? "";
        var folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        var path = ContainedPath.Join(folder, location);
        if (path is null || (File.Exists(path) && !ContainedPath.StaysInside(folder, path)))
        {
            throw new InputException(
                $"{modelPath}: '{tensor.Name}' lies in '{location}', outside the model's folder; expected a file beside the model. Such a model is "
                    + "not opened.");
        }

        if (!File.Exists(path))
        {
            throw new InputException(
                $"{modelPath}: no {location}, where '{tensor.Name}' lies; expected it beside the model. Fetch or export the model again.");
        }

        using var stream = RegularFile.OpenRead(path, "the model's external data");
        var offset = tensor.External(Offset) is { } start ? Number(tensor, Offset, start) : 0;
        var length = tensor.External(Length) is { } size ? Number(tensor, Length, size) : stream.Length - offset;
        if (offset > stream.Length - length || length > Array.MaxLength)
        {
            throw new InputException(
                $"{path}: has {NumberText.Count(stream.Length, "byte")}; expected '{tensor.Name}' at {offset} with "
                    + $"{NumberText.Count(length, "byte")}. The file was cut: fetch or export "
                    + "the model again.");
        }

        var bytes = new byte[length];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string? External(this TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;

    private static long Number(TensorProto tensor, string key, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : throw new InputException($"'{tensor.Name}': the {key} of its outside data is '{text}'; expected a whole number of bytes.");
}
