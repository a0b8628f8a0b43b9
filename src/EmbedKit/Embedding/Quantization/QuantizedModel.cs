using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;
using Google.Protobuf;

namespace EmbedKit.Embedding.Quantization;

/// <summary>
/// Writes the quantised form of an ONNX file. Memory holds the model once, less what lies outside the file, which is read tensor by tensor.
/// </summary>
internal static class QuantizedModel
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
    /// <returns>The layers quantised, and every other product with its reason.</returns>
    /// <exception cref="InputException">The file cannot be quantised.</exception>
    internal static (IReadOnlyList<string> Quantized, IReadOnlyList<SkippedLayer> Skipped) Write(
        string source, string target, IReadOnlyCollection<string> keepFloat, long largestMessage = LargestMessage)
    {
        var model = OnnxFile.Read(source);
        var (layers, skipped) = LinearLayers.Find(model, source);
        var chosen = layers.Where(l => !keepFloat.Contains(l.Name)).ToArray();
        var isOutside = SizeAfter(model, chosen) > largestMessage;
        using (var outside = isOutside ? File.Create(target + DataSuffix) : null)
        {
            var sink = new TensorSink(outside, Path.GetFileName(target) + DataSuffix);
            GraphQuantizer.Rewrite(model, source, chosen, sink);
            foreach (var tensor in model.Graph.Initializer.Where(t => NeedsMoving(t, sink, isOutside)))
            {
                sink.Store(tensor, tensor.IsExternal() ? tensor.ReadExternal(source) : tensor.RawData.ToByteArray());
            }

            outside?.Flush(flushToDisk: true);
        }

        using var stream = File.Create(target);
        model.WriteTo(stream);
        stream.Flush(flushToDisk: true);
        return ([.. chosen.Select(l => l.Name)], [.. skipped, .. layers.Except(chosen).Select(l => new SkippedLayer(l.Name, "left in float to keep the cosine"))]);
    }

    /// <summary>Bytes of a model, with its outside data.</summary>
    /// <param name="path">The ONNX file.</param>
    internal static long Size(string path) =>
        new FileInfo(path).Length + OnnxFile.Read(path).Graph.Initializer.Where(t => t.IsExternal()).Sum(t => t.ByteLength());

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
