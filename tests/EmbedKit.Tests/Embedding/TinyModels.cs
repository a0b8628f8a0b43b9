using EmbedKit.Embedding.Onnx;
using EmbedKit.Tokenizers.Tests;

namespace EmbedKit.Tests.Embedding;

/// <summary>Model folders whose answers can be told by hand: no training, a few nodes each. Images are 4×4.</summary>
internal static class TinyModels
{
    internal const string Preprocessor = """
        {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 4}, "resample": 3, "crop_size": {"height": 4, "width": 4},
         "rescale_factor": 0.00392156862745098, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
        """;

    /// <summary>CLIP: <c>image_embeds</c> are the 48 prepared pixels; <c>text_embeds</c> the mean of one-hot vectors of the padded ids.</summary>
    internal static string WriteClip(string folder, string input = "pixel_values")
    {
        var onnx = Directory.CreateDirectory(Path.Combine(folder, "onnx")).FullName;
        var vocabulary = TinyTokenizers.WriteClip(folder).Length;
        File.WriteAllText(
            Path.Combine(folder, "config.json"),
            $$"""{"model_type": "clip", "text_config": {"vocab_size": {{vocabulary}}, "max_position_embeddings": 77} }""");
        File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), Preprocessor);
        var vision = new OnnxGraph("vision");
        var pixels = vision.Input(input, OnnxElement.Float, "batch", 3, 4, 4);
        vision.Output("image_embeds", vision.Node("Reshape", [pixels, vision.Integers(0, 48)]), OnnxElement.Float, "batch", 48);
        vision.Save(Path.Combine(onnx, "vision_model.onnx"));
        var text = new OnnxGraph("text");
        var ids = text.Input("input_ids", OnnxElement.Int64, "batch", "length");
        var tokens = text.Node("Gather", [text.Weight("table", OneHot(vocabulary), vocabulary, vocabulary), ids]);
        text.Output("text_embeds", text.Node("ReduceMean", [tokens], ("axes", new[] { 1 }), ("keepdims", 0)), OnnxElement.Float, "batch", vocabulary);
        text.Save(Path.Combine(onnx, "text_model.onnx"));
        return folder;
    }

    /// <summary>DINOv2: four tokens of twelve pixels each; the class token is the first twelve. The ONNX file lies beside the configs.</summary>
    internal static string WriteDino(string folder, bool notANumber = false)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"model_type": "dinov2"}""");
        File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), Preprocessor);
        var graph = new OnnxGraph("dino");
        var pixels = graph.Input("pixel_values", OnnxElement.Float, "batch", 3, "height", "width");
        var tokens = graph.Node("Reshape", [pixels, graph.Integers(0, 4, 12)]);
        tokens = notANumber ? graph.Node("Log", [tokens]) : tokens;
        graph.Output("last_hidden_state", tokens, OnnxElement.Float, "batch", 4, 12);
        graph.Save(Path.Combine(folder, "model.onnx"));
        return folder;
    }

    /// <summary>
    /// LLaMA: token i becomes (i, i²/1000), and, where the model asks for positions, plus its position. A fixed length makes padding needed.
    /// </summary>
    internal static string WriteLlama(string folder, int? length = null, bool mask = true, bool positions = false, int context = 40)
    {
        var onnx = Directory.CreateDirectory(Path.Combine(folder, "onnx")).FullName;
        TinyTokenizers.WriteSentencePiece(folder);
        File.WriteAllText(
            Path.Combine(folder, "config.json"), $$"""{"model_type": "llama", "vocab_size": 268, "max_position_embeddings": {{context}}}""");
        var graph = new OnnxGraph("llama");
        OnnxDimension columns = length is { } fix ? fix : "length";
        var ids = graph.Input("input_ids", OnnxElement.Int64, "batch", columns);
        var table = Enumerable.Range(0, 268).SelectMany(i => new[] { (float)i, i * i / 1000f }).ToArray();
        var tokens = graph.Node("Gather", [graph.Weight("table", table, 268, 2), ids]);
        if (mask)
        {
            // Used, so that the runtime keeps it, but without effect: what hides padding is the pooling.
            var masked = graph.Node("Cast", [graph.Input("attention_mask", OnnxElement.Int64, "batch", columns)], ("to", (int)OnnxElement.Float));
            tokens = graph.Node("Add", [tokens, graph.Node("Mul", [graph.Node("Unsqueeze", [masked, graph.Integers(-1)]), graph.Scalar(0)])]);
        }

        if (positions)
        {
            var at = graph.Node("Cast", [graph.Input("position_ids", OnnxElement.Int64, "batch", columns)], ("to", (int)OnnxElement.Float));
            tokens = graph.Node("Add", [tokens, graph.Node("Unsqueeze", [at, graph.Integers(-1)])]);
        }

        graph.Output("last_hidden_state", tokens, OnnxElement.Float, "batch", columns, 2);
        graph.Save(Path.Combine(onnx, "model.onnx"));
        return folder;
    }

    private static float[] OneHot(int size)
    {
        var table = new float[size * size];
        for (var i = 0; i < size; i++)
        {
            table[(i * size) + i] = 1;
        }

        return table;
    }
}
