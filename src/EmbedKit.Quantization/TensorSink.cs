using System.Globalization;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using Google.Protobuf;

namespace EmbedKit.Quantization;

/// <summary>Where the bytes of a written model's tensors go: into the message, or, for models above what a message holds, one behind the other into a
/// file beside it.</summary>
/// <param name="outside">That file; null to keep the bytes in the message.</param>
/// <param name="fileName">Its name.</param>
internal sealed class TensorSink(Stream? outside, string fileName)
{
    // ONNX Runtime maps outside data into memory by pages.
    private const int Alignment = 4096;
    private readonly HashSet<TensorProto> _held = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether this is where the tensor's bytes are.</summary>
    internal bool Holds(TensorProto tensor) => _held.Contains(tensor);

    /// <summary>Stores a tensor's bytes, little-endian and row-major, in the place of those it had.</summary>
    internal void Store(TensorProto tensor, byte[] bytes)
    {
        _held.Add(tensor);
        tensor.FloatData.Clear();
        tensor.ExternalData.Clear();
        if (outside is null)
        {
            (tensor.RawData, tensor.DataLocation) = (UnsafeByteOperations.UnsafeWrap(bytes), TensorProto.Types.DataLocation.Default);
            return;
        }

        outside.Write(new byte[(Alignment - (outside.Position % Alignment)) % Alignment]);
        (tensor.RawData, tensor.DataLocation) = (ByteString.Empty, TensorProto.Types.DataLocation.External);
        void Add(string key, string value) => tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        Add(OnnxTensorData.Location, fileName);
        Add(OnnxTensorData.Offset, outside.Position.ToString(CultureInfo.InvariantCulture));
        Add(OnnxTensorData.Length, bytes.LongLength.ToString(CultureInfo.InvariantCulture));
        outside.Write(bytes);
    }
}
