using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Fusion;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="DType">The format's name of the element type: <c>F32</c>, <c>F64</c> or <c>I64</c>.</param>
/// <param name="Shape">Lengths; empty for a scalar.</param>
/// <param name="Bytes">Little-endian values, row-major.</param>
internal sealed record SafeTensor(string DType, long[] Shape, byte[] Bytes)
{
    /// <summary>Bytes of one element.</summary>
    internal static int SizeOf(string dtype) => dtype switch
    {
        "F32" => 4,
        "F64" or "I64" => 8,
        _ => throw new InputException($"safetensors element type '{dtype}'; expected F32, F64 or I64."),
    };
}

/// <summary>
/// The safetensors format (huggingface/safetensors): header length (u64, little-endian), a JSON header of names, types, shapes and byte
/// ranges, then the raw bytes. Only what fusion models need; nothing in a file is trusted before it is checked.
/// </summary>
internal static class SafeTensors
{
    private const long MostHeaderBytes = 16L << 20;
    private const string MetadataKey = "__metadata__";

    /// <summary>Writes tensors in the order of their names, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Name to tensor.</param>
    /// <exception cref="ArgumentException">Bytes and shape disagree.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, SafeTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = tensors.OrderBy(t => t.Key, StringComparer.Ordinal).ToArray();
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            var offset = 0L;
            foreach (var (name, tensor) in ordered)
            {
                if (Length(tensor.DType, tensor.Shape) != tensor.Bytes.Length)
                {
                    throw new ArgumentException(
                        $"{name}: {tensor.Bytes.Length} bytes do not fill {tensor.DType}[{string.Join(',', tensor.Shape)}].", nameof(tensors));
                }

                writer.WritePropertyName(name);
                JsonSerializer.Serialize(
                    writer, new { dtype = tensor.DType, shape = tensor.Shape, data_offsets = (long[])[offset, offset + tensor.Bytes.Length] });
                offset += tensor.Bytes.Length;
            }

            writer.WriteEndObject();
        }

        // The format asks for data aligned to eight bytes, and allows spaces after the header for it.
        var header = Encoding.UTF8.GetString(json.ToArray());
        header = header.PadRight(header.Length + ((8 - (int)(json.Length % 8)) % 8));
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            var bytes = Encoding.UTF8.GetBytes(header);
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)bytes.Length);
            stream.Write(length);
            stream.Write(bytes);
            foreach (var (_, tensor) in ordered)
            {
                stream.Write(tensor.Bytes);
            }
        });
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It is missing, cut short, or says something about itself that is not so.</exception>
    public static IReadOnlyDictionary<string, SafeTensor> Read(string path)
    {
        using var file = RegularFile.OpenRead(path, "model weights in safetensors format");
        using var stream = new BufferedStream(file);
        InputException Bad(string what, Exception? inner = null) =>
            new($"{path}: not a sound safetensors file: {what.ReplaceLineEndings(" ")}", inner);
        Span<byte> length = stackalloc byte[8];
        if (stream.Length < 8)
        {
            throw Bad($"{NumberText.Count(stream.Length, "byte")}; expected at least 8.");
        }

        stream.ReadExactly(length);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerLength > (ulong)Math.Min(MostHeaderBytes, stream.Length - 8))
        {
            throw Bad($"a header of {headerLength} in a file of {stream.Length}.");
        }

        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var dataLength = stream.Length - stream.Position;
        var dataStart = stream.Position;
        var tensors = new Dictionary<string, SafeTensor>(StringComparer.Ordinal);
        var covered = 0L;
        try
        {
            using var document = JsonDocument.Parse(header, new() { AllowDuplicateProperties = false });
            var entries = document.RootElement.EnumerateObject().Where(e => e.Name != MetadataKey);
            foreach (var entry in entries.OrderBy(e => e.Value.GetProperty("data_offsets")[0].GetInt64()))
            {
                var dtype = entry.Value.GetProperty("dtype").GetString() ?? "";
                long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(v => v.GetInt64())];
                var (start, end) = (entry.Value.GetProperty("data_offsets")[0].GetInt64(), entry.Value.GetProperty("data_offsets")[1].GetInt64());
                if (dtype is not ("F32" or "F64" or "I64"))
                {
                    throw Bad($"tensor '{entry.Name}' is of type '{dtype}'; expected F32, F64 or I64.");
                }

                if (start != covered || end < start || end > dataLength || end - start > Array.MaxLength || end - start != Length(dtype, shape))
                {
                    throw Bad($"tensor '{entry.Name}' ({dtype}[{string.Join(',', shape)}]) claims bytes {start} to {end} of {dataLength}.");
                }

                covered = end;
                stream.Position = dataStart + start;
                var bytes = new byte[end - start];
                stream.ReadExactly(bytes);
                if (!tensors.TryAdd(entry.Name, new(dtype, shape, bytes)))
                {
                    throw Bad($"tensor '{entry.Name}' stands there twice.");
                }
            }
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or OverflowException or IndexOutOfRangeException)
        {
            throw Bad($"its header does not read ({error.Message}).", error);
        }

        return covered == dataLength ? tensors : throw Bad($"{NumberText.Count(dataLength - covered, "byte belongs", "bytes belong")} to no tensor.");
    }

    private static long Length(string dtype, long[] shape) =>
        checked(shape.Aggregate(
            (long)SafeTensor.SizeOf(dtype), (product, n) => n < 0 ? throw new OverflowException("negative length") : product * n));
}
