using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using Google.Protobuf;

namespace EmbedKit.Tests.Embedding.Onnx;

/// <summary>A DINOv2-like folder whose one weight lies beside its ONNX file: the class token is the first twelve pixels plus
/// <see cref="Weights"/>.</summary>
internal static class ExternalModel
{
    /// <summary>Bytes in front of the weights in the data file.</summary>
    internal const int Offset = 8;

    internal static readonly float[] Weights = [.. Enumerable.Range(1, 12).Select(i => i / 4f)];

    /// <summary>Writes <c>onnx/model.onnx</c> and, where the location is a plain path, its data file.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="location">What the tensor gives as its location; null leaves the key out.</param>
    /// <param name="offset">Its offset as text; null leaves it out.</param>
    /// <param name="length">Its length as text; null leaves it out.</param>
    /// <param name="inConstant">Whether the tensor is the value of a Constant node, not an initializer.</param>
    internal static string Write(string folder, string? location, string? offset = "8", string? length = "48", bool inConstant = false)
    {
        TinyModels.WriteDino(folder);
        File.Delete(Path.Combine(folder, "model.onnx"));
        var onnx = Directory.CreateDirectory(Path.Combine(folder, "onnx")).FullName;
        File.WriteAllBytes(Path.Combine(onnx, "model.onnx"), Bytes(location, offset, length, inConstant));
        if (location is not null && !location.Contains("..", StringComparison.Ordinal) && !Path.IsPathRooted(location))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(onnx, location))!);
            WriteData(Path.Combine(onnx, location));
        }

        return folder;
    }

    internal static void WriteData(string path)
    {
        var values = new byte[Weights.Length * sizeof(float)];
        Buffer.BlockCopy(Weights, 0, values, 0, values.Length);
        File.WriteAllBytes(path, [.. new byte[Offset], .. values]);
    }

    internal static byte[] Bytes(string? location, string? offset, string? length, bool inConstant = false)
    {
        var graph = new OnnxGraph("dino");
        var tokens = graph.Node("Reshape", [graph.Input("pixel_values", OnnxElement.Float, "batch", 3, 4, 4), graph.Integers(0, 4, 12)]);
        graph.Output("last_hidden_state", graph.Node("Add", [tokens, graph.Weight("bias", Weights, 12)]), OnnxElement.Float, "batch", 4, 12);
        var model = ModelProto.Parser.ParseFrom(graph.ToBytes());
        var initializers = model.Graph.Initializer;
        var index = initializers.ToList().FindIndex(t => t.Name == "bias");
        var tensor = Externalise(initializers[index], location, offset, length);
        if (inConstant)
        {
            initializers.RemoveAt(index);
            var constant = new NodeProto { OpType = "Constant", Output = { "bias" } };
            constant.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = tensor });
            model.Graph.Node.Insert(0, constant);
        }
        else
        {
            initializers[index] = tensor;
        }

        return model.ToByteArray();
    }

    /// <summary>Fields 13 (external_data) and 14 (data_location = EXTERNAL) of TensorProto, which the kit's own format leaves out.</summary>
    private static TensorProto Externalise(TensorProto tensor, string? location, string? offset, string? length)
    {
        tensor.RawData = ByteString.Empty;
        using var bytes = new MemoryStream();
        bytes.Write(tensor.ToByteArray());
        foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length) })
        {
            if (value is not null)
            {
                Field(bytes, 13, new StringStringEntryProto { Key = key, Value = value }.ToByteArray());
            }
        }

        bytes.Write([(14 << 3) | 0, 1]);
        return TensorProto.Parser.ParseFrom(bytes.ToArray());
    }

    /// <summary>Writes one length-delimited field.</summary>
    internal static void Field(Stream stream, int number, ReadOnlySpan<byte> content)
    {
        Varint(stream, ((ulong)number << 3) | 2);
        Varint(stream, (ulong)content.Length);
        stream.Write(content);
    }

    internal static void Varint(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }
}
