using System.Globalization;
using System.Runtime.InteropServices;
using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;
using Google.Protobuf;

namespace EmbedKit.Embedding.Onnx;

/// <summary>
/// Builds an ONNX model node by node. Values are known by name; every method that adds something returns the name of what it made, so that
/// a network is written down as it is computed.
/// </summary>
/// <param name="name">The graph's name.</param>
public sealed class OnnxGraph(string name)
{
    /// <summary>Operator set of the models written: the first with LayerNormalization.</summary>
    public const int OperatorSet = 17;

    // The IR version published together with operator set 17.
    private const int IrVersion = 8;
    private readonly GraphProto _graph = new() { Name = name };
    private readonly HashSet<string> _initializers = [];
    private readonly List<StringStringEntryProto> _metadata = [];

    /// <summary>Declares an input.</summary>
    /// <param name="input">Its name.</param>
    /// <param name="element">Its element type.</param>
    /// <param name="shape">Its dimensions, fixed or named.</param>
    /// <returns>The input's name.</returns>
    public string Input(string input, OnnxElement element, params ReadOnlySpan<OnnxDimension> shape)
    {
        _graph.Input.Add(Describe(input, element, shape));
        return input;
    }

    /// <summary>Declares that <paramref name="value"/> leaves the graph under the name <paramref name="output"/>.</summary>
    /// <param name="output">The output's name.</param>
    /// <param name="value">A value made before.</param>
    /// <param name="element">Its element type.</param>
    /// <param name="shape">Its dimensions, fixed or named.</param>
    public void Output(string output, string value, OnnxElement element, params ReadOnlySpan<OnnxDimension> shape)
    {
        _graph.Node.Add(new NodeProto { OpType = "Identity", Name = output, Input = { value }, Output = { output } });
        _graph.Output.Add(Describe(output, element, shape));
    }

    /// <summary>Notes something about the model for whoever opens the file; it changes no output.</summary>
    /// <param name="key">Its name; once in a model.</param>
    /// <param name="value">Text.</param>
    public void Metadata(string key, string value) => _metadata.Add(new() { Key = key, Value = value });

    /// <summary>Stores float32 weights.</summary>
    /// <param name="weight">Their name; once in a graph.</param>
    /// <param name="values">Row-major values.</param>
    /// <param name="shape">Sizes whose product is the number of values; none for a scalar.</param>
    /// <returns>The weights' name.</returns>
    public string Weight(string weight, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Initializer(weight, OnnxElement.Float, MemoryMarshal.AsBytes(values), values.Length, shape);

    /// <summary>A float32 scalar.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Its name; equal numbers are stored once.</returns>
    public string Scalar(float value)
    {
        var constant = string.Create(CultureInfo.InvariantCulture, $"float_{value:R}");
        return _initializers.Contains(constant) ? constant : Weight(constant, [value]);
    }

    /// <summary>An int64 vector: a shape, axes, indices.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>Its name; equal vectors are stored once.</returns>
    public string Integers(params ReadOnlySpan<long> values)
    {
        var constant = $"ints_{string.Join('_', values.ToArray())}";
        return _initializers.Contains(constant) ? constant
            : Initializer(constant, OnnxElement.Int64, MemoryMarshal.AsBytes(values), values.Length, [values.Length]);
    }

    /// <summary>Stores an int64 vector under a name of its own: indices too many to be named by their values.</summary>
    /// <param name="indices">Its name; once in a graph.</param>
    /// <param name="values">The numbers.</param>
    /// <returns>The vector's name.</returns>
    public string Indices(string indices, ReadOnlySpan<long> values) =>
        Initializer(indices, OnnxElement.Int64, MemoryMarshal.AsBytes(values), values.Length, [values.Length]);

    /// <summary>An int64 scalar, e.g. an index that removes its axis in Gather.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Its name; equal numbers are stored once.</returns>
    public string Integer(long value)
    {
        var constant = string.Create(CultureInfo.InvariantCulture, $"int_{value}");
        return _initializers.Contains(constant) ? constant : Initializer(constant, OnnxElement.Int64, MemoryMarshal.AsBytes([value]), 1, []);
    }

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">An operator of the default domain, e.g. <c>MatMul</c>.</param>
    /// <param name="inputs">Its inputs; an empty name skips an optional one.</param>
    /// <param name="attributes">Names and values (long, int, float, string, long[], int[]).</param>
    /// <returns>The output's name.</returns>
    /// <exception cref="ArgumentException">An attribute has another type.</exception>
    public string Node(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var output = string.Create(CultureInfo.InvariantCulture, $"{operation}_{_graph.Node.Count}");
        var node = new NodeProto { OpType = operation, Name = output, Output = { output } };
        foreach (var input in inputs)
        {
            node.Input.Add(input);
        }

        foreach (var (attribute, value) in attributes)
        {
            node.Attribute.Add(Attribute(attribute, value));
        }

        _graph.Node.Add(node);
        return output;
    }

    /// <summary>The whole model in ONNX's binary form; equal graphs give equal bytes.</summary>
    public byte[] ToBytes() => new ModelProto
    {
        IrVersion = IrVersion,
        ProducerName = "EmbedKit",
        OpsetImport = { new OperatorSetIdProto { Version = OperatorSet } },
        Graph = _graph,
        MetadataProps = { _metadata },
    }.ToByteArray();

    /// <summary>Writes the model to a file.</summary>
    /// <param name="path">Usually ending in <c>.onnx</c>.</param>
    public void Save(string path)
    {
        var bytes = ToBytes();
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private string Initializer(string initializer, OnnxElement element, ReadOnlySpan<byte> littleEndian, int count, ReadOnlySpan<long> shape)
    {
        var product = 1L;
        foreach (var size in shape)
        {
            product *= size;
        }

        if (product != count)
        {
            throw new ArgumentException($"{initializer}: {count} values for shape [{string.Join(", ", shape.ToArray())}].", nameof(shape));
        }

        if (!_initializers.Add(initializer))
        {
            throw new ArgumentException($"{initializer}: stored twice.", nameof(initializer));
        }

        var tensor = new TensorProto { Name = initializer, DataType = (int)element, RawData = ByteString.CopyFrom(littleEndian) };
        tensor.Dims.AddRange(shape.ToArray());
        _graph.Initializer.Add(tensor);
        return initializer;
    }

    private static ValueInfoProto Describe(string value, OnnxElement element, ReadOnlySpan<OnnxDimension> shape)
    {
        var sizes = new TensorShapeProto();
        foreach (var dimension in shape)
        {
            sizes.Dim.Add(dimension.Name is { } named
                ? new TensorShapeProto.Types.Dimension { DimParam = named }
                : new TensorShapeProto.Types.Dimension { DimValue = dimension.Size });
        }

        return new ValueInfoProto
        {
            Name = value,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)element, Shape = sizes } },
        };
    }

    private static AttributeProto Attribute(string attribute, object value) => value switch
    {
        int number => new() { Name = attribute, Type = AttributeProto.Types.AttributeType.Int, I = number },
        long number => new() { Name = attribute, Type = AttributeProto.Types.AttributeType.Int, I = number },
        float number => new() { Name = attribute, Type = AttributeProto.Types.AttributeType.Float, F = number },
        string text => new() { Name = attribute, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        int[] numbers => new() { Name = attribute, Type = AttributeProto.Types.AttributeType.Ints, Ints = { numbers.Select(n => (long)n) } },
        long[] numbers => new() { Name = attribute, Type = AttributeProto.Types.AttributeType.Ints, Ints = { numbers } },
        _ =>
            throw new ArgumentException(
                $"{attribute}: expected an int, long, float, string or array of int or long, got {value.GetType().Name}.", nameof(value)),
    };
}
