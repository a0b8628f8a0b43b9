using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;
using Google.Protobuf;

namespace EmbedKit.Quantization;

/// <summary>
/// Writes the quantised form of an ONNX file. Memory holds the model once, less what lies outside the file, which is read tensor by tensor.
/// </summary>
/// <param name="Quantized">Names of the layers quantised, in the order of the graph.</param>
/// <param name="Skipped">Every other product, with its reason.</param>
/// <param name="BytesBefore">Size of the float32 model with its outside data.</param>
/// <param name="BytesAfter">Size of the quantised model with its outside data.</param>
internal sealed record QuantizedModel(IReadOnlyList<string> Quantized, IReadOnlyList<SkippedLayer> Skipped, long BytesBefore, long BytesAfter)
{
    /// <summary>What stands between the name of the float32 file and its ending, as on the Hugging Face hub.</summary>
    internal const string Suffix = "_quantized";

    /// <summary>Behind the name of an ONNX file whose weights lie outside it.</summary>
    internal const string DataSuffix = "_data";

    /// <summary>Above this many bytes weights go to a file of their own: a protobuf message ends at 2 GiB.</summary>
    internal const long LargestMessage = 2_000_000_000;

    // Smaller tensors stay in the message, where ONNX Runtime wants shapes and axes.
    private const long SmallestOutside = 1024;

    /// <summary>Reads, rewrites, writes. Not atomic: the target is a place nobody looks at yet.</summary>
    /// <param name="source">The float32 ONNX file.</param>
    /// <param name="target">The file to write; its outside data go beside it.</param>
    /// <param name="keepFloat">Names of linear layers to leave as they are.</param>
    /// <param name="largestMessage">The limit; tests lower it.</param>
    /// <exception cref="InputException">The file cannot be quantised.</exception>
    internal static QuantizedModel Write(string source, string target, IReadOnlyCollection<string> keepFloat, long largestMessage = LargestMessage)
    {
        var model = OnnxFile.Read(source);
        var (layers, skipped) = LinearLayers.Find(model, source);
        var chosen = layers.Where(l => !keepFloat.Contains(l.Name)).ToArray();
        var bytesBefore = new FileInfo(source).Length + model.Graph.Initializer.Where(t => t.IsExternal()).Sum(t => t.ByteLength());
        var (isOutside, bytesAfter) = (SizeAfter(model, chosen) > largestMessage, 0L);
        using (var outside = isOutside ? File.Create(target + DataSuffix) : null)
        {
            var sink = new TensorSink(outside, Path.GetFileName(target) + DataSuffix);
            GraphQuantizer.Rewrite(model, source, chosen, sink);
            foreach (var tensor in model.Graph.Initializer.Where(t => NeedsMoving(t, sink, isOutside)))
            {
                sink.Store(tensor, tensor.IsExternal() ? tensor.ReadExternal(source) : tensor.RawData.ToByteArray());
            }

            outside?.Flush(flushToDisk: true);
            bytesAfter = outside?.Length ?? 0;
        }

        using var stream = File.Create(target);
        model.WriteTo(stream);
        stream.Flush(flushToDisk: true);
        SkippedLayer[] kept =
            [.. layers.Where(l => keepFloat.Contains(l.Name)).Select(l => new SkippedLayer(l.Name, "left in float to keep the cosine"))];
        return new([.. chosen.Select(l => l.Name)], [.. skipped, .. kept], bytesBefore, bytesAfter + stream.Length);
    }

    private static bool NeedsMoving(TensorProto tensor, TensorSink sink, bool isOutside) =>
        !sink.Holds(tensor) && (tensor.IsExternal() || (isOutside && tensor.RawData.Length >= SmallestOutside));

    private static long SizeAfter(ModelProto model, LinearLayer[] layers)
    {
        var nodes = layers.Select(l => l.Node).ToHashSet<object>(ReferenceEqualityComparer.Instance);
        var stillRead = model.Graph.Node.Where(n => !nodes.Contains(n)).SelectMany(UnusedWeights.Reads).ToHashSet(StringComparer.Ordinal);
        var replaced = layers.Select(l => l.Source).Where(s => !stillRead.Contains(s)).ToHashSet(StringComparer.Ordinal);
        return model.Graph.Initializer.Where(t => !replaced.Contains(t.Name)).Sum(t => t.ByteLength())
            + layers.Sum(l => ((long)l.Inputs * l.Outputs) + ((long)sizeof(float) * l.Outputs));
    }
}
