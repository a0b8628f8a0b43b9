using System.Globalization;
using System.Text.Json;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>
/// A trained model as one ONNX graph, alignment included: <c>text</c> and <c>image</c> (N×D float32, embeddings as they are stored; those the
/// kind reads) → <c>logits</c> N×C and <c>probabilities</c> N×classes, in the order of the classes, which the metadata hold as a JSON list.
/// </summary>
/// <remarks>
/// Within the graph: normalising, stretching, the shift, BatchNorm with its running statistics, temperature. Not in it: noise at inference (refused),
/// and the checks of bad rows; a row of zeros, which <see cref="TrainedModel.Predict"/> refuses, gives NaN where rows are normalised.
/// </remarks>
internal static class FusionExport
{
    private const string Batch = "batch";

    /// <summary>Writes the model as a graph.</summary>
    /// <param name="trained">The model.</param>
    /// <exception cref="InputException">The model adds noise at inference, or its widths were matched in another way than by the published
    /// interpolation.</exception>
    public static OnnxGraph ToOnnx(this TrainedModel trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        if (trained.Noise is not null)
        {
            throw new InputException(
                "onnx: the model adds noise to what it predicts, and a graph that is to give equal results cannot; expected --noise fresh or "
                    + "frozen.");
        }

        using var scope = NewDisposeScope();
        var (options, state) = (trained.Model.Options, trained.Model.state_dict());
        var graph = new OnnxGraph("fusion");
        var text = options.UsesText ? graph.Modality("text", trained.Shift, trained.Shift?.Space.TextDimension ?? trained.Model.TextWidth, 0.5)
            : null;
        var image = options.UsesImage ? graph.Modality("image", trained.Shift, trained.Shift?.Space.ImageDimension ?? trained.Model.ImageWidth, -0.5)
            : null;
        var features = options.Kind switch
        {
            FusionKind.Early => graph.Hidden("fc1", state, graph.Join(text!, image!)),
            FusionKind.Late => graph.Join(graph.Hidden("text_fc", state, text!), graph.Hidden("image_fc", state, image!)),
            FusionKind.Text => graph.Hidden("text_fc", state, text!),
            _ => graph.Hidden("image_fc", state, image!),
        };
        var logits = graph.Linear("fc2", state, features);
        graph.Metadata("task", trained.Encoding.Task.ToString().ToLowerInvariant());
        graph.Metadata("classes", JsonSerializer.Serialize(trained.Encoding.Classes));
        graph.Output("logits", logits, OnnxElement.Float, Batch, trained.Model.Outputs);
        graph.Output("probabilities", graph.Probabilities(logits, trained), OnnxElement.Float, Batch, trained.Encoding.Classes.Count);
        return graph;
    }

    private static string Modality(this OnnxGraph graph, string modality, FittedShift? shift, int width, double side)
    {
        var x = graph.Input(modality, OnnxElement.Float, Batch, width);
        if (shift is null)
        {
            return x;
        }

        if (shift.Space.Options.Widths.Method != WidthMethod.Interpolate && shift.Space.ImageDimension != shift.Space.TextDimension)
        {
            throw new InputException(
                $"onnx: widths matched by {shift.Space.Options.Widths.Method} cannot be exported; expected the published interpolation.");
        }

        x = shift.Options.Prenormalize ? graph.Normalize(x) : x;
        x = graph.StretchTo(modality, x, width, shift.Vector.Length);
        x = graph.Add(
            x, graph.Weight($"{modality}.step", [.. shift.Vector.Select(v => (float)(v * side * shift.Options.Lambda))], shift.Vector.Length));
        return shift.Options.Renormalize ? graph.Normalize(x) : x;
    }

    private static string StretchTo(this OnnxGraph graph, string modality, string x, int from, int to)
    {
        if (from == to)
        {
            return x;
        }

        var (left, part) = Stretch.Positions(from, to);
        string Column(string name, IEnumerable<int> columns) =>
            graph.Node("Gather", [x, graph.Indices($"{modality}.{name}", [.. columns.Select(c => (long)c)])], ("axis", 1));
        var (before, after) = (Column("left", left), Column("right", left.Select(l => Math.Min(l + 1, from - 1))));
        var rise = graph.Node("Sub", [after, before]);
        return graph.Add(before, graph.Node("Mul", [rise, graph.Weight($"{modality}.part", [.. part.Select(p => (float)p)], to)]));
    }

    private static string Hidden(this OnnxGraph graph, string branch, Dictionary<string, Tensor> state, string x)
    {
        for (var i = 0; state.ContainsKey(Name(branch, i) + ".weight"); i += 4)
        {
            string Stored(string of) => graph.Weight($"{Name(branch, i + 3)}.{of}", state[$"{Name(branch, i + 3)}.{of}"]);
            x = graph.Node("Relu", [graph.Linear(Name(branch, i), state, x)]);
            x = graph.Node(
                "BatchNormalization", [x, Stored("weight"), Stored("bias"), Stored("running_mean"), Stored("running_var")], ("epsilon", 1e-5f));
        }

        return x;
    }

    private static string Probabilities(this OnnxGraph graph, string logits, TrainedModel trained)
    {
        var scaled = trained.Temperature == 1 ? logits : graph.Node("Div", [logits, graph.Scalar((float)trained.Temperature)]);
        if (trained.Encoding.Task == TaskKind.Multiclass)
        {
            return graph.Node("Softmax", [scaled], ("axis", 1));
        }

        var positive = graph.Node("Sigmoid", [scaled]);
        return trained.Encoding.Task == TaskKind.Multilabel ? positive : graph.Join(graph.Node("Sigmoid", [graph.Node("Neg", [scaled])]), positive);
    }

    private static string Linear(this OnnxGraph graph, string name, Dictionary<string, Tensor> state, string x) =>
        graph.Add(
            graph.Node("MatMul", [x, graph.Weight($"{name}.weight", state[$"{name}.weight"].t())]),
            graph.Weight($"{name}.bias", state[$"{name}.bias"]));

    private static string Normalize(this OnnxGraph graph, string x) =>
        graph.Node("Div", [x, graph.Node("ReduceL2", [x], ("axes", new[] { 1 }), ("keepdims", 1))]);

    private static string Join(this OnnxGraph graph, string left, string right) => graph.Node("Concat", [left, right], ("axis", 1));

    private static string Name(string branch, int layer) => string.Create(CultureInfo.InvariantCulture, $"{branch}.{layer}");
}
