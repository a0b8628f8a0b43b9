using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Quantization;
using EmbedKit.Runtime;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace EmbedKit.Tests.Quantization;

/// <summary>Writes small graphs to files, quantises them, runs them.</summary>
internal static class OnnxFiles
{
    internal static float[] Random(int seed, int count, float scale = 1)
    {
        var random = new SeededRandom((ulong)seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian() * scale)];
    }

    /// <summary>Quantises in the same folder; the result's path.</summary>
    internal static string Quantize(string path, params string[] keepFloat)
    {
        var target = Path.ChangeExtension(path, null) + "_quantized.onnx";
        QuantizedModel.Write(path, target, keepFloat);
        return target;
    }

    internal static string Save(string folder, OnnxGraph graph, Action<ModelProto>? change = null)
    {
        var path = Path.Combine(folder, "model.onnx");
        var model = ModelProto.Parser.ParseFrom(graph.ToBytes());
        change?.Invoke(model);
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    /// <summary>Runs a model whose only input is N×<paramref name="width"/>; kernels that saturate are not allowed to.</summary>
    internal static float[] Run(string path, float[] input, int width, string output = "y")
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.x64quantprecision", "1");
        using var session = new InferenceSession(path, options);
        using var x = OrtValue.CreateTensorValueFromMemory(input, [input.Length / width, width]);
        using var run = new RunOptions();
        using var results = session.Run(run, ["x"], [x], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    internal static int Count(this ModelProto model, string operation) => model.Graph.Node.Count(n => n.OpType == operation);

    internal static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = expected.Max(MathF.Abs);
        Assert.True(largest > 0.1f, "the outputs hardly vary, so equality shows nothing");
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, largest * 1e-5f));
    }
}
