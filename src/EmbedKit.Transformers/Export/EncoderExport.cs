using EmbedKit.Embedding.Onnx;
using EmbedKit.Transformers.Modules;

namespace EmbedKit.Transformers.Export;

/// <summary>
/// Writes trained encoders as ONNX graphs with the input and output names of Hugging Face exports, for any batch size (and text length).
/// </summary>
internal static class EncoderExport
{
    private const string Batch = "batch_size";
    private const string Length = "sequence_length";

    /// <summary>
    /// An image encoder: <c>pixel_values</c> B×3×S×S → <c>image_embeds</c> B×P when it has a projection (CLIP), else
    /// <c>last_hidden_state</c> B×(1 + patches)×W, class token first (DINOv2).
    /// </summary>
    /// <param name="model">The encoder.</param>
    public static OnnxGraph ToOnnx(this VisionTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (options, width) = (model.Options, model.Options.Transformer.Width);
        var graph = new OnnxGraph("vision_model");
        var pixels = graph.Input("pixel_values", OnnxElement.Float, Batch, 3, options.ImageSize, options.ImageSize);
        string[] weights = [pixels, graph.Weight("patches.weight", model.Patches.weight!)];
        weights = model.Patches.bias is { } bias ? [.. weights, graph.Weight("patches.bias", bias)] : weights;
        var patches = graph.Node("Conv", weights, ("strides", new[] { options.PatchSize, options.PatchSize }));
        patches = graph.Node("Reshape", [patches, graph.Integers(0, width, options.Patches)]);
        patches = graph.Node("Transpose", [patches], ("perm", new[] { 0, 2, 1 }));

        var batch = graph.Node("Gather", [graph.Node("Shape", [pixels]), graph.Integers(0)]);
        var classShape = graph.Node("Concat", [batch, graph.Integers(1, width)], ("axis", 0));
        var classToken = graph.Node("Expand", [graph.Weight("class_token", model.ClassToken), classShape]);
        var tokens = graph.Node("Concat", [classToken, patches], ("axis", 1));
        tokens = graph.Add(tokens, graph.Weight("positions", model.Positions));
        tokens = model.TokenNorm is null ? tokens : graph.Norm("token_norm", tokens, model.TokenNorm);
        tokens = graph.Transformer(tokens, model.Blocks);
        if (model.Projection is null)
        {
            graph.Output("last_hidden_state", tokens, OnnxElement.Float, Batch, options.Patches + 1, width);
            return graph;
        }

        var first = graph.Node("Gather", [tokens, graph.Integer(0)], ("axis", 1));
        graph.Output("image_embeds", graph.Linear("projection", first, model.Projection), OnnxElement.Float, Batch, options.ProjectionWidth!.Value);
        return graph;
    }

    /// <summary>CLIP's text encoder: <c>input_ids</c> B×T int64 → <c>text_embeds</c> B×P.</summary>
    /// <param name="model">The encoder.</param>
    public static OnnxGraph ToOnnx(this ClipTextTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var options = model.Options;
        var graph = new OnnxGraph("text_model");
        var ids = graph.Input("input_ids", OnnxElement.Int64, Batch, Length);
        var length = graph.Node("Gather", [graph.Node("Shape", [ids]), graph.Integers(1)]);
        var positions = graph.Node("Slice", [graph.Weight("positions", model.Positions), graph.Integers(0), length, graph.Integers(0)]);
        var tokens = graph.Add(graph.Node("Gather", [graph.Weight("embedding.weight", model.Embedding.weight!), ids]), positions);
        tokens = graph.Transformer(tokens, model.Blocks);

        // The first end token of each row: one index a row (B×1), looked up within that row.
        var isEnd = graph.Node("Cast", [graph.Node("Equal", [ids, graph.Integer(options.EndToken)])], ("to", (int)OnnxElement.Int64));
        var end = graph.Node("ArgMax", [isEnd], ("axis", 1), ("keepdims", 1));
        var pooled = graph.Node("GatherND", [tokens, end], ("batch_dims", 1));
        graph.Output("text_embeds", graph.Linear("projection", pooled, model.Projection), OnnxElement.Float, Batch, options.ProjectionWidth);
        return graph;
    }

    /// <summary>A LLaMA-like decoder: <c>input_ids</c> and <c>attention_mask</c>, B×T int64 → <c>last_hidden_state</c> B×T×W.</summary>
    /// <param name="model">The decoder.</param>
    public static OnnxGraph ToOnnx(this LlamaDecoder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var graph = new OnnxGraph("model");
        var ids = graph.Input("input_ids", OnnxElement.Int64, Batch, Length);
        var mask = graph.Input("attention_mask", OnnxElement.Int64, Batch, Length);
        var tokens = graph.Node("Gather", [graph.Weight("embedding.weight", model.Embedding.weight!), ids]);
        tokens = graph.Transformer(tokens, model.Blocks, mask);
        graph.Output("last_hidden_state", tokens, OnnxElement.Float, Batch, Length, model.Options.Transformer.Width);
        return graph;
    }

    /// <summary>BERT: <c>input_ids</c>, <c>attention_mask</c> and <c>token_type_ids</c>, B×T int64 → <c>last_hidden_state</c> B×T×W.</summary>
    /// <param name="model">The encoder.</param>
    public static OnnxGraph ToOnnx(this BertEncoder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var graph = new OnnxGraph("model");
        var ids = graph.Input("input_ids", OnnxElement.Int64, Batch, Length);
        var mask = graph.Input("attention_mask", OnnxElement.Int64, Batch, Length);
        var types = graph.Input("token_type_ids", OnnxElement.Int64, Batch, Length);
        var length = graph.Node("Gather", [graph.Node("Shape", [ids]), graph.Integers(1)]);
        var tokens = graph.Add(
            graph.Node("Gather", [graph.Weight("embedding.weight", model.Embedding.weight!), ids]),
            graph.Node("Gather", [graph.Weight("types", model.Types), types]));
        tokens = graph.Add(
            tokens, graph.Node("Slice", [graph.Weight("positions", model.Positions), graph.Integers(0), length, graph.Integers(0)]));
        tokens = graph.Transformer(graph.Norm("token_norm", tokens, model.TokenNorm), model.Blocks, mask);
        graph.Output("last_hidden_state", tokens, OnnxElement.Float, Batch, Length, model.Options.Transformer.Width);
        return graph;
    }
}
