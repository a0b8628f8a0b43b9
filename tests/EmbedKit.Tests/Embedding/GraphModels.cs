using EmbedKit.Embedding.Onnx;
using EmbedKit.Tokenizers.Tests;

namespace EmbedKit.Tests.Embedding;

/// <summary>Model folders with the shapes of real exports, each of a few nodes, so that its answers can be told by hand. Images are 4×4.</summary>
internal static class GraphModels
{
    internal const OnnxElement Float16 = (OnnxElement)10;
    internal const OnnxElement Int32 = (OnnxElement)6;

    /// <summary>Width of the space that <see cref="WriteCombinedClip"/> shares between images and texts.</summary>
    internal const int SharedWidth = 5;

    /// <summary>Weight (i, j) of the combined export's image projection, 48×5.</summary>
    internal static float ImageWeight(int i, int j) => ((i * 7) + (j * 3)) % 11 / 10f;

    /// <summary>Value j of the combined export's embedding of token i.</summary>
    internal static float TokenValue(int i, int j) => ((i * 5) + (j * 2)) % 13 / 10f;

    /// <summary>A folder with the CLIP tokenizer, the preprocessor config and a <c>config.json</c>; no model yet.</summary>
    internal static int WriteClipFiles(string folder, string type = "clip", string more = "")
    {
        var vocabulary = TinyTokenizers.WriteClip(folder).Length;
        File.WriteAllText(
            Path.Combine(folder, "config.json"), $$"""{"model_type": "{{type}}"{{more}}, "text_config": {"vocab_size": {{vocabulary}}} }""");
        File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), TinyModels.Preprocessor);
        return vocabulary;
    }

    /// <summary>
    /// CLIP as one <c>onnx/model.onnx</c> that wants both sides at once and gives logits before the embeddings: <c>image_embeds</c> are the 48
    /// pixels times <see cref="ImageWeight"/>, <c>text_embeds</c> the mean of <see cref="TokenValue"/> over the padded ids.
    /// </summary>
    internal static string WriteCombinedClip(string folder, bool mask = true, bool fixedImage = false)
    {
        var vocabulary = WriteClipFiles(folder, more: $$""", "projection_dim": {{SharedWidth}}, "vision_config": {"image_size": 4}""");
        var graph = new OnnxGraph("clip");
        var ids = graph.Input("input_ids", OnnxElement.Int64, "text_batch_size", "sequence_length");
        var pixels = fixedImage
            ? graph.Input("pixel_values", OnnxElement.Float, "image_batch_size", 3, 4, 4)
            : graph.Input("pixel_values", OnnxElement.Float, "image_batch_size", "num_channels", "height", "width");
        var words = graph.Node("Gather", [graph.Weight("table", Values(vocabulary, SharedWidth, TokenValue), vocabulary, SharedWidth), ids]);
        if (mask)
        {
            var kept = graph.Node(
                "Cast", [graph.Input("attention_mask", OnnxElement.Int64, "text_batch_size", "sequence_length")], ("to", (int)OnnxElement.Float));
            words = graph.Node("Add", [words, graph.Node("Mul", [graph.Node("Unsqueeze", [kept, graph.Integers(-1)]), graph.Scalar(0)])]);
        }

        var text = graph.Node("ReduceMean", [words], ("axes", new[] { 1 }), ("keepdims", 0));
        var flat = graph.Node("Reshape", [pixels, graph.Integers(0, 48)]);
        var image = graph.Node("MatMul", [flat, graph.Weight("projection", Values(48, SharedWidth, ImageWeight), 48, SharedWidth)]);
        var logits = graph.Node("MatMul", [image, graph.Node("Transpose", [text])]);
        graph.Output("logits_per_image", logits, OnnxElement.Float, "image_batch_size", "text_batch_size");
        graph.Output("logits_per_text", graph.Node("Transpose", [logits]), OnnxElement.Float, "text_batch_size", "image_batch_size");
        graph.Output("text_embeds", text, OnnxElement.Float, "text_batch_size", SharedWidth);
        graph.Output("image_embeds", image, OnnxElement.Float, "image_batch_size", SharedWidth);
        graph.Save(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "onnx")).FullName, "model.onnx"));
        return folder;
    }

    /// <summary>
    /// A decoder that asks for all that decoders ask for. Token i at position p becomes (i + p, i²/1000), plus 1000 for each cached token, plus
    /// 500 when the cache switch is on, plus 300 for each row by which the cache's batch differs.
    /// </summary>
    internal static string WriteDecoder(string folder, OnnxElement ids = OnnxElement.Int64, int? length = null, string config = "")
    {
        TinyTokenizers.WriteSentencePiece(folder);
        File.WriteAllText(
            Path.Combine(folder, "config.json"), $$"""{"model_type": "llama", "vocab_size": 268, "max_position_embeddings": 40{{config}}}""");
        var graph = new OnnxGraph("decoder");
        OnnxDimension columns = length is { } fix ? fix : "sequence_length";
        string Real(string value) => graph.Node("Cast", [value], ("to", (int)OnnxElement.Float));
        string Size(string value, int axis) => Real(graph.Node("Gather", [graph.Node("Shape", [value]), graph.Integer(axis)]));
        string Times(string value, float factor) => graph.Node("Mul", [value, graph.Scalar(factor)]);
        var input = graph.Input("input_ids", ids, "batch_size", columns);
        var mask = Real(graph.Input("attention_mask", ids, "batch_size", columns));
        var at = Real(graph.Input("position_ids", ids, "batch_size", columns));
        var tokens = graph.Node("Gather", [graph.Weight("table", Values(268, 2, (i, j) => j == 0 ? i : i * i / 1000f), 268, 2), input]);
        var position = graph.Node("Mul", [graph.Node("Unsqueeze", [at, graph.Integers(-1)]), graph.Weight("first", [1, 0], 2)]);
        tokens = graph.Node("Add", [graph.Node("Add", [tokens, position]), Times(graph.Node("Unsqueeze", [mask, graph.Integers(-1)]), 0)]);
        foreach (var part in new[] { "key", "value" })
        {
            var past = graph.Input(
                $"past_key_values.0.{part}", OnnxElement.Float, "batch_size", 2, "past_sequence_length", config.Length > 0 ? "head_dim" : 3);
            tokens = graph.Node("Add", [tokens, Times(Size(past, 2), 1000)]);
            tokens = graph.Node("Add", [tokens, Times(graph.Node("Sub", [Size(past, 0), Size(input, 0)]), 300)]);
            graph.Output($"present.0.{part}", past, OnnxElement.Float, "batch_size", 2, "total_sequence_length", 3);
        }

        tokens = graph.Node("Add", [tokens, Times(Real(graph.Input("use_cache_branch", OnnxElement.Bool, 1)), 500)]);
        graph.Output("last_hidden_state", tokens, OnnxElement.Float, "batch_size", columns, 2);
        graph.Save(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "onnx")).FullName, "model.onnx"));
        return folder;
    }

    /// <summary>Saves an image model whose one output is the 48 pixels, reshaped, under any names, sizes and type.</summary>
    internal static void WriteVision(
        string path, string output, long[] shape, OnnxElement element = OnnxElement.Float, string input = "pixel_values", OnnxDimension? batch = null,
        string? second = null)
    {
        var graph = new OnnxGraph("vision");
        var rows = batch ?? "batch_size";
        var pixels = graph.Input(input, element, rows, 3, 4, 4);
        var values = graph.Node("Reshape", [pixels, graph.Integers([0, .. shape])]);
        graph.Output(output, values, element, [rows, .. shape.Select(s => (OnnxDimension)s)]);
        if (second is not null)
        {
            graph.Output(second, graph.Node("Neg", [values]), element, [rows, .. shape.Select(s => (OnnxDimension)s)]);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        graph.Save(path);
    }

    private static float[] Values(int rows, int columns, Func<int, int, float> value) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => value(i / columns, i % columns))];
}
