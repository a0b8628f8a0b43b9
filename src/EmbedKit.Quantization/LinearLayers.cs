using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;
using DataType = EmbedKit.Embedding.Onnx.Format.TensorProto.Types.DataType;

namespace EmbedKit.Quantization;

/// <summary>Finds a graph's linear layers, and says of every other product why it stays in float.</summary>
internal sealed class LinearLayers
{
    /// <summary>The first operator set with DynamicQuantizeLinear; MatMulInteger is older by one.</summary>
    private const long FirstOperatorSet = 11;

    /// <summary>The first IR version in which an initializer is constant unless it is listed among the inputs too.</summary>
    private const long FirstIrWithConstants = 4;

    private static readonly HashSet<string> QuantizedOperators =
    [
        "DynamicQuantizeLinear", "MatMulInteger", "QuantizeLinear", "DequantizeLinear", "QLinearMatMul", "QLinearConv", "ConvInteger", "MatMulNBits",
        "DynamicQuantizeMatMul", "MatMulIntegerToFloat", "QGemm", "QAttention",
    ];

    private readonly string _path;
    private readonly Dictionary<string, TensorProto> _stored;
    private readonly Dictionary<string, NodeProto> _producers;
    private readonly HashSet<string> _replaceable;
    private readonly List<LinearLayer> _layers = [];
    private readonly List<SkippedLayer> _skipped = [];

    private LinearLayers(ModelProto model, string path)
    {
        _path = path;
        _stored = new(StringComparer.Ordinal);
        _producers = new(StringComparer.Ordinal);
        foreach (var tensor in model.Graph.Initializer.Where(t => !_stored.TryAdd(t.Name, t)))
        {
            throw Broken($"the weights '{tensor.Name}' stand there twice");
        }

        foreach (var node in model.Graph.Node)
        {
            if (node.OpType is "MatMul" or "Gemm" or "Conv" && (node.Input.Count < 2 || node.Output.Count == 0))
            {
                throw Broken($"{node.OpType} '{node.Name}' has {NumberText.Count(node.Input.Count, "input")} and "
                    + $"{NumberText.Count(node.Output.Count, "output")}");
            }

            foreach (var output in node.Output.Where(o => o.Length > 0 && !_producers.TryAdd(o, node)))
            {
                throw Broken($"'{output}' is made twice");
            }
        }

        _replaceable = model.IrVersion < FirstIrWithConstants ? [] : [.. model.Graph.Input.Select(i => i.Name)];
    }

    /// <summary>Looks through a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <returns>The layers in the order of the graph, their names distinct; and every other MatMul, Gemm and Conv.</returns>
    /// <exception cref="InputException">An operator set that is too old, half precision, a model quantised already, or nothing to
    /// quantise.</exception>
    internal static (IReadOnlyList<LinearLayer> Layers, IReadOnlyList<SkippedLayer> Skipped) Find(ModelProto model, string path)
    {
        var version = model.OpsetImport.Where(o => IsDefault(o.Domain)).Select(o => o.Version).DefaultIfEmpty(1).Max();
        if (version < FirstOperatorSet)
        {
            throw new InputException(
                $"{path}: operator set {version}; expected {FirstOperatorSet} or later, which can quantise activations as it runs. Export the "
                    + "model again, or upgrade it by onnx.version_converter.");
        }

        if (model.Graph.Node.FirstOrDefault(n => QuantizedOperators.Contains(n.OpType)) is { } quantized)
        {
            throw new InputException($"{path}: quantised already (it has {quantized.OpType}); expected the float32 export.");
        }

        var found = new LinearLayers(model, path);
        foreach (var node in model.Graph.Node.Where(n => IsDefault(n.Domain) && (n.OpType is "MatMul" or "Gemm" or "Conv")))
        {
            found.Visit(node);
        }

        return found._layers.Count > 0 ? (found._layers, found._skipped)
            : throw new InputException(
                $"{path}: nothing to quantise among {NumberText.Count(model.Graph.Node.Count, "node")}; "
                    + "expected MatMul or Gemm with a stored float32 weight matrix.");
    }

    internal static bool IsDefault(string domain) => domain is "" or "ai.onnx";

    private void Visit(NodeProto node)
    {
        var name = node.Name.Length > 0 && _layers.TrueForAll(l => l.Name != node.Name) ? node.Name : node.Output[0];
        if (node.OpType == "Conv")
        {
            _skipped.Add(new(name, "convolution"));
        }
        else
        {
            var (layer, reason) = Read(node, name);
            if (layer is not null)
            {
                _layers.Add(layer);
            }
            else
            {
                _skipped.Add(new(name, reason!));
            }
        }
    }

    private (LinearLayer? Layer, string? Reason) Read(NodeProto node, string name)
    {
        var (source, weight, transposed) = Weight(node.Input[1]);
        if (weight is null)
        {
            return (null, Weight(node.Input[0]).Tensor is null ? "product of two computed values" : "weights on the left");
        }

        var type = (DataType)weight.DataType;
        if (type is DataType.Float16 or DataType.Bfloat16)
        {
            throw new InputException(
                $"{_path}: '{source}' is stored in half precision; expected the float32 export (model.onnx, not model_fp16.onnx).");
        }

        var reason = type != DataType.Float ? $"weights of type {type}"
            : weight.Dims.Count != 2 || weight.Count() == 0 ? $"weights of rank {weight.Dims.Count}"
            : node.OpType == "Gemm" && Number(node, "transA") != 0 ? "input transposed"
            : node.OpType == "Gemm" && (Factor(node, "alpha") != 1 || Factor(node, "beta") != 1) ? "alpha or beta other than 1"
            : null;
        transposed ^= node.OpType == "Gemm" && Number(node, "transB") != 0;
        return reason is null ? (new(node, name, source!, weight, transposed), null) : (null, reason);
    }

    /// <summary>The stored tensor behind a value, through Identity and Transpose; null for a computed one.</summary>
    private (string? Source, TensorProto? Tensor, bool Transposed) Weight(string value)
    {
        var transposed = false;
        for (var steps = 0; ; steps++)
        {
            if (steps > _producers.Count)
            {
                throw Broken($"'{value}' is made of itself");
            }

            if (_stored.TryGetValue(value, out var tensor))
            {
                return (value, _replaceable.Contains(value) ? null : tensor, transposed);
            }

            if (!_producers.TryGetValue(value, out var node) || !IsDefault(node.Domain))
            {
                return default;
            }

            switch (node.OpType)
            {
                case "Constant":
                    return (value, node.Attribute.FirstOrDefault(a => a.Name == "value")?.T, transposed);
                case "Transpose" when node.Attribute.FirstOrDefault(a => a.Name == "perm") is not { } order || order.Ints.SequenceEqual([1L, 0L]):
                    transposed = !transposed;
                    break;
                case "Identity":
                    break;
                default:
                    return default;
            }

            value = node.Input.Count > 0 ? node.Input[0] : throw Broken($"{node.OpType} '{node.Name}' has no input");
        }
    }

    private InputException Broken(string what) =>
        new($"{_path}: not a sound ONNX graph ({what}); expected one that ONNX Runtime opens. Export or fetch the model again.");

    private static long Number(NodeProto node, string attribute) => node.Attribute.FirstOrDefault(a => a.Name == attribute)?.I ?? 0;

    private static float Factor(NodeProto node, string attribute) => node.Attribute.FirstOrDefault(a => a.Name == attribute)?.F ?? 1;
}
