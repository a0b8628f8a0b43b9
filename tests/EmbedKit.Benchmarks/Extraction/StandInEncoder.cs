using EmbedKit.Embedding.Onnx;

namespace EmbedKit.Benchmarks.Extraction;

/// <summary>
/// A model folder of DINOv2-base's outer shape (224×224 in, 768 values out) that costs next to nothing: each value is the mean of 14×14
/// pixels. What is measured with it is all that surrounds a model.
/// </summary>
internal static class StandInEncoder
{
    internal static string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"model_type": "dinov2"}""");
        File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), """
            {"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 256}, "resample": 3, "crop_size": {"height": 224, "width": 224},
             "rescale_factor": 0.00392156862745098, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
            """);
        var graph = new OnnxGraph("stand-in");
        var pixels = graph.Input("pixel_values", OnnxElement.Float, "batch", 3, 224, 224);
        var means = graph.Node("AveragePool", [pixels], ("kernel_shape", new[] { 14, 14 }), ("strides", new[] { 14, 14 }));
        graph.Output("last_hidden_state", graph.Node("Reshape", [means, graph.Integers(0, 1, 768)]), OnnxElement.Float, "batch", 1, 768);
        graph.Save(Path.Combine(folder, "model.onnx"));
        return folder;
    }
}
