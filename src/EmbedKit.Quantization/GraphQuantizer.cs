using System.Runtime.InteropServices;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;
using DataType = EmbedKit.Embedding.Onnx.Format.TensorProto.Types.DataType;

namespace EmbedKit.Quantization;

/// <summary>
/// Rewrites linear layers of a graph: the input becomes unsigned bytes (DynamicQuantizeLinear: one scale and zero point a tensor, found as
/// the model runs), the product is taken in integers (MatMulInteger), and one factor a channel makes it float again. Layers that read the same
/// value share its quantisation. The form is the one that ONNX Runtime fuses into one kernel.
/// </summary>
internal sealed class GraphQuantizer
{
    private const string Domain = "";
    private readonly ModelProto _model;
    private readonly string _path;
    private readonly TensorSink _sink;
    private readonly HashSet<string> _names;
    private readonly Dictionary<string, (string Bytes, string Scale, string ZeroPoint)> _inputs = new(StringComparer.Ordinal);

    private GraphQuantizer(ModelProto model, string path, TensorSink sink)
    {
        (_model, _path, _sink) = (model, path, sink);
        _names = [.. model.Graph.Initializer.Select(t => t.Name), .. model.Graph.Input.Select(i => i.Name),
            .. model.Graph.Node.SelectMany(n => n.Output)];
    }

    /// <summary>Rewrites a model in place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Its file, beside which outside weights lie.</param>
    /// <param name="layers">The layers to quantise, of this very model.</param>
    /// <param name="sink">Takes the bytes of quantised weights.</param>
    /// <exception cref="InputException">Weights that cannot be read, or are not finite.</exception>
    internal static void Rewrite(ModelProto model, string path, IReadOnlyCollection<LinearLayer> layers, TensorSink sink)
    {
        var quantizer = new GraphQuantizer(model, path, sink);
        var byNode = layers.ToDictionary(l => (object)l.Node, ReferenceEqualityComparer.Instance);
        var nodes = model.Graph.Node.ToArray();
        model.Graph.Node.Clear();
        foreach (var node in nodes)
        {
            if (byNode.TryGetValue(node, out var layer))
            {
                quantizer.Write(layer);
            }
            else
            {
                model.Graph.Node.Add(node);
            }
        }

        UnusedWeights.Remove(model.Graph, layers);
    }

    private void Write(LinearLayer layer)
    {
        var (node, name) = (layer.Node, layer.Name);
        var input = Input(node.Input[0]);
        var weight = Weight(layer);
        var product = Add("MatMulInteger", $"{name}_integer", [input.Bytes, weight.Bytes, input.ZeroPoint]);
        var real = Add("Cast", $"{name}_cast", [product]);
        _model.Graph.Node[^1].Attribute.Add(
            new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)DataType.Float });
        var scale = Add("Mul", $"{name}_scale", [input.Scale, weight.Scales]);
        if (node.OpType == "Gemm" && node.Input.Count > 2 && node.Input[2].Length > 0)
        {
            real = Add("Mul", $"{name}_product", [real, scale]);
            Add("Add", name, [real, node.Input[2]], node.Output[0]);
        }
        else
        {
            Add("Mul", name, [real, scale], node.Output[0]);
        }
    }

    private (string Bytes, string Scale, string ZeroPoint) Input(string value)
    {
        if (!_inputs.TryGetValue(value, out var quantized))
        {
            quantized = (Unique($"{value}_uint8"), Unique($"{value}_scale"), Unique($"{value}_zero_point"));
            _model.Graph.Node.Add(new NodeProto
            {
                OpType = "DynamicQuantizeLinear",
                Domain = Domain,
                Name = quantized.Bytes,
                Input = { value },
                Output = { quantized.Bytes, quantized.Scale, quantized.ZeroPoint },
            });
            _inputs.Add(value, quantized);
        }

        return quantized;
    }

    /// <summary>
    /// Every layer gets bytes of its own, even where float weights are shared: <see cref="ByteProducts.ExactOption"/> makes ONNX Runtime rewrite the
    /// bytes layer by layer, and it fails on bytes it has rewritten already.
    /// </summary>
    private (string Bytes, string Scales) Weight(LinearLayer layer)
    {
        var weights = PerChannelWeights.Quantize(layer.Weight.Floats(_path), layer.Inputs, layer.Outputs, layer.Transposed)
            ?? throw new InputException(
                $"{_path}: the weights '{layer.Source}' of {layer.Name} hold a value that is not finite; expected numbers. Export the model again.");
        var bytes = new TensorProto { Name = Unique($"{layer.Source}_int8"), DataType = (int)DataType.Int8, Dims = { layer.Inputs, layer.Outputs } };
        _sink.Store(bytes, weights.Values);
        var scales = new TensorProto { Name = Unique($"{layer.Source}_scales"), DataType = (int)DataType.Float, Dims = { layer.Outputs } };
        scales.RawData = Google.Protobuf.ByteString.CopyFrom(MemoryMarshal.AsBytes(weights.Scales.AsSpan()));
        _model.Graph.Initializer.Add([bytes, scales]);
        return (bytes.Name, scales.Name);
    }

    private string Add(string operation, string name, string[] inputs, string? output = null)
    {
        output ??= Unique(name);
        _model.Graph.Node.Add(new NodeProto { OpType = operation, Domain = Domain, Name = name, Input = { inputs }, Output = { output } });
        return output;
    }

    private string Unique(string name)
    {
        var unique = name;
        for (var i = 1; !_names.Add(unique); i++)
        {
            unique = $"{name}_{i}";
        }

        return unique;
    }
}
