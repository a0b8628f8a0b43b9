using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Weights;

/// <summary>Fills a module's parameters from a model folder.</summary>
internal static class ModuleWeights
{
    internal const string FileName = "model.safetensors";
    private const int MostNamed = 5;

    /// <summary>From <c>model.safetensors</c> with the family's published names.</summary>
    /// <param name="module">The module; every parameter is overwritten.</param>
    /// <param name="path">The file.</param>
    /// <param name="names">The family's names. What the file has beside them (a head, a pooler) is passed over.</param>
    /// <exception cref="InputException">No such file, or names and shapes that do not fit; the message lists them.</exception>
    internal static void Load(nn.Module module, string path, WeightNames names)
    {
        var given = SafeTensors.Read(path).ToDictionary(t => names.Bare(t.Key), t => t.Value, StringComparer.Ordinal);
        Fill(module, path, (name, parameter) =>
        {
            var parts = names.Of(name) ?? [name];
            if (parts.FirstOrDefault(p => !given.ContainsKey(p)) is { } missing)
            {
                return (null, $"no '{missing}'");
            }

            // Stored as vectors or as 1×…: the same numbers in the same order, where they are as many.
            var floats = parts.SelectMany(p => Floats(given[p])).ToArray();
            return floats.Length == parameter.numel() && (parts.Length > 1 || SameShape(given[parts[0]].Shape, parameter.shape))
                ? (floats, null)
                : (null, $"'{string.Join("' + '", parts)}' is {Shape(given[parts[0]].Shape)}; '{name}' takes {Shape(parameter.shape)}");
        });
    }

    /// <summary>From a graph that <see cref="Export.EncoderExport"/> wrote.</summary>
    /// <inheritdoc cref="Load"/>
    internal static void LoadExport(nn.Module module, string path)
    {
        var given = OnnxFile.Read(path).Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        Fill(module, path, (name, parameter) =>
        {
            // The stack and the module it lies in are one name less in a graph.
            var stored = name.StartsWith("blocks.", StringComparison.Ordinal) ? name["blocks.".Length..] : name;
            if (!given.TryGetValue(stored, out var found))
            {
                return (null, $"no '{stored}'");
            }

            var turned = parameter.dim() == 2 && IsLinear(stored);
            long[] shape = turned ? [parameter.shape[1], parameter.shape[0]] : parameter.shape;
            return !found.Dims.SequenceEqual(shape) || found.DataType != (int)TensorProto.Types.DataType.Float
                ? (null, $"'{stored}' is {Shape([.. found.Dims])}; expected {Shape(shape)}")
                : (turned ? Turned(found.Floats(path).ToArray(), shape) : found.Floats(path).ToArray(), null);
        });
    }

    private static void Fill(nn.Module module, string path, Func<string, Parameter, (float[]? Values, string? Fault)> find)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var faults = new List<string>();
        foreach (var (name, parameter) in module.named_parameters())
        {
            var (values, fault) = find(name, parameter);
            if (values is not null)
            {
                parameter.copy_(tensor(values, parameter.shape));
            }
            else
            {
                faults.Add(fault!);
            }
        }

        if (faults.Count > 0)
        {
            var more = faults.Count > MostNamed ? $" and {faults.Count - MostNamed} more" : "";
            throw new InputException(
                $"{path}: {string.Join(", ", faults.Take(MostNamed))}{more}; expected the weights of the model that config.json describes. Fetch "
                    + "the folder again.");
        }
    }

    private static float[] Turned(float[] values, long[] shape) => tensor(values, shape).t().contiguous().data<float>().ToArray();

    private static bool IsLinear(string name) =>
        name.EndsWith("projection.weight", StringComparison.Ordinal) || name.Contains(".attention.", StringComparison.Ordinal)
            || name.Contains(".feed_forward.", StringComparison.Ordinal);

    private static float[] Floats(SafeTensor stored) => stored.DType == "F32"
        ? System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(stored.Bytes).ToArray()
        : [];

    private static bool SameShape(long[] stored, long[] wanted) => stored.Where(n => n != 1).SequenceEqual(wanted.Where(n => n != 1));

    private static string Shape(long[] shape) => string.Join('×', shape);
}
