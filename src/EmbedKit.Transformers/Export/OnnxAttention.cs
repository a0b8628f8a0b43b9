using EmbedKit.Embedding.Onnx;
using EmbedKit.Transformers.Modules;
using TorchSharp;

namespace EmbedKit.Transformers.Export;

/// <summary>Self-attention in a graph: the mask and the rotary tables are computed once and shared by all blocks.</summary>
internal sealed class OnnxAttention
{
    private readonly OnnxGraph _graph;
    private readonly TransformerOptions _options;
    private readonly string? _mask;
    private readonly string? _cosine;
    private readonly string? _sine;

    /// <param name="graph">The graph.</param>
    /// <param name="transformer">Whose blocks will be written.</param>
    /// <param name="length">T, as an int64 vector of one value.</param>
    /// <param name="attentionMask">B×T int64, or null when nothing is padded.</param>
    internal OnnxAttention(OnnxGraph graph, TransformerStack transformer, string length, string? attentionMask)
    {
        (_graph, _options) = (graph, transformer.Options);
        _mask = Mask(length, attentionMask);
        if (_options.RotaryBase is { } rotaryBase)
        {
            var (cosine, sine) = RotaryPositions.Tables(transformer.MaxLength, _options.HeadWidth, rotaryBase);
            using (cosine)
            using (sine)
            {
                _cosine = FirstRows(graph.Weight("rotary.cosine", cosine), length);
                _sine = FirstRows(graph.Weight("rotary.sine", sine), length);
            }
        }
    }

    /// <summary>B×T×W → B×T×W.</summary>
    internal string Attend(string name, string x, SelfAttention layer)
    {
        var projected = _graph.Linear($"{name}.qkv", x, layer.Projections);
        var heads = _graph.Node("Reshape", [projected, _graph.Integers(0, 0, 3, _options.Heads, _options.HeadWidth)]);
        var qkv = _graph.Node("Transpose", [heads], ("perm", new[] { 2, 0, 3, 1, 4 }));
        var query = Turn(_graph.Node("Gather", [qkv, _graph.Integer(0)], ("axis", 0)));
        var key = Turn(_graph.Node("Gather", [qkv, _graph.Integer(1)], ("axis", 0)));
        var value = _graph.Node("Gather", [qkv, _graph.Integer(2)], ("axis", 0));
        var scores = _graph.Node("MatMul", [query, _graph.Node("Transpose", [key], ("perm", new[] { 0, 1, 3, 2 }))]);
        scores = _graph.Node("Mul", [scores, _graph.Scalar(1 / MathF.Sqrt(_options.HeadWidth))]);
        scores = _mask is null ? scores : _graph.Add(scores, _mask);
        var mixed = _graph.Node("MatMul", [_graph.Node("Softmax", [scores], ("axis", -1)), value]);
        var tokens = _graph.Node(
            "Reshape", [_graph.Node("Transpose", [mixed], ("perm", new[] { 0, 2, 1, 3 })), _graph.Integers(0, 0, _options.Width)]);
        return _graph.Linear($"{name}.out", tokens, layer.Out);
    }

    /// <summary>What is added to the scores, T×T or B×1×T×T; null when every token sees every other.</summary>
    private string? Mask(string length, string? attentionMask)
    {
        var seen = attentionMask is null ? null
            : _graph.Node("Cast", [_graph.Node("Unsqueeze", [attentionMask, _graph.Integers(1, 2)])], ("to", (int)OnnxElement.Bool));
        if (_options.Causal)
        {
            var place = _graph.Node("Range", [_graph.Integer(0), _graph.Node("Squeeze", [length, _graph.Integers(0)]), _graph.Integer(1)]);
            var before = _graph.Node("GreaterOrEqual", [_graph.Node("Unsqueeze", [place, _graph.Integers(1)]), place]);
            seen = seen is null ? before : _graph.Node("And", [seen, before]);
        }

        return seen is null ? null : _graph.Node("Where", [seen, _graph.Scalar(0), _graph.Scalar(AttentionContext.Hidden)]);
    }

    private string Turn(string x)
    {
        if (_cosine is null)
        {
            return x;
        }

        var half = _options.HeadWidth / 2;
        var first = _graph.Node("Slice", [x, _graph.Integers(0), _graph.Integers(half), _graph.Integers(-1)]);
        var second = _graph.Node("Slice", [x, _graph.Integers(half), _graph.Integers(_options.HeadWidth), _graph.Integers(-1)]);
        var turned = _graph.Node("Concat", [_graph.Node("Neg", [second]), first], ("axis", -1));
        return _graph.Add(_graph.Node("Mul", [x, _cosine]), _graph.Node("Mul", [turned, _sine!]));
    }

    private string FirstRows(string table, string length) => _graph.Node("Slice", [table, _graph.Integers(0), length, _graph.Integers(0)]);
}
