using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Runtime;
using EmbedKit.Tests.Embedding.Images;

namespace EmbedKit.Tests.Embedding.Encoders;

/// <summary>Which output is read: by name, or the only one that fits; never a guess.</summary>
public sealed class EncoderOutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("siglip", "pooler_output")]
    [InlineData("siglip", "image_embeds")]
    [InlineData("siglip2", "pooler_output")]
    [InlineData("clip", "image_embeds")]
    [InlineData("clip", "output")]
    [InlineData("clip", "1234")]
    public void A_projected_output_is_known_by_name_or_is_the_only_one(string type, string output)
    {
        using var encoder = Open(type, output, 48);
        Assert.Equal((output, Pooling.Projected, 48), (encoder.Output, encoder.Pooling, encoder.Dimension));
        var pixels = encoder.Preprocessor.Process(PillowReference.Pattern(9, 6));
        Assert.Equal(pixels, encoder.Encode(pixels, 1).Values);
    }

    [Theory]
    [InlineData("dinov2")]
    [InlineData("dinov2_with_registers")]
    [InlineData("vit")]
    public void Vision_transformers_give_the_class_token(string type)
    {
        using var encoder = Open(type, "last_hidden_state", 4, 12);
        var pixels = encoder.Preprocessor.Process(PillowReference.Pattern(9, 6));
        Assert.Equal((Pooling.ClassToken, 12), (encoder.Pooling, encoder.Dimension));
        Assert.Equal(pixels[..12], encoder.Encode(pixels, 1).Values);
    }

    [Fact]
    public void CLIP_without_its_projection_is_refused() =>
        AssertError("clip", "no output 'image_embeds'; there are pooler_output.", "pooler_output", 48);

    [Fact]
    public void An_output_of_a_known_name_never_stands_in_for_another() =>
        AssertError("dinov2", "no output 'last_hidden_state'; there are hidden_states.11", "hidden_states.11", 4, 12);

    [Fact]
    public void A_classifier_is_refused_with_what_to_do() =>
        AssertError(
            "vit", "there are logits. Expected the names of Hugging Face exports, or an 'output' in embedkit.json. A model exported to classify",
            "logits", 48);

    [Fact]
    public void A_named_output_of_another_rank_is_refused() =>
        AssertError(
            "dinov2", "output 'last_hidden_state' is Float of rank 2 (?×48); expected Float or Float16 of rank 3, for pooling 'class token'",
            "last_hidden_state", 48);

    [Fact]
    public void Two_outputs_that_fit_are_one_too_many()
    {
        GraphModels.WriteClipFiles(_folder);
        GraphModels.WriteVision(Path.Combine(_folder, "vision_model.onnx"), "one", [48], second: "two");
        AssertError("no output 'image_embeds'; there are one, two.");
    }

    [Fact]
    public void The_width_chooses_between_two_outputs()
    {
        GraphModels.WriteClipFiles(_folder, more: """, "projection_dim": 7""");
        var graph = new OnnxGraph("vision");
        var flat = graph.Node("Reshape", [graph.Input("pixel_values", OnnxElement.Float, "batch", 3, 4, 4), graph.Integers(0, 48)]);
        graph.Output("one", flat, OnnxElement.Float, "batch", 48);
        graph.Output("two", graph.Node("Slice", [flat, graph.Integers(0), graph.Integers(7), graph.Integers(1)]), OnnxElement.Float, "batch", 7);
        graph.Save(Path.Combine(_folder, "vision_model.onnx"));
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(_folder));
        Assert.Equal(("two", 7), (encoder.Output, encoder.Dimension));
    }

    [Theory]
    [InlineData("clip", """, "projection_dim": 512""", "image_embeds", "is 48 wide; the config says projection_dim 512")]
    [InlineData("siglip", """, "vision_config": {"hidden_size": 768}""", "pooler_output",
        "is 48 wide; the config says vision_config.hidden_size 768")]
    public void A_width_that_the_config_contradicts_is_refused(string type, string more, string output, string expected)
    {
        GraphModels.WriteClipFiles(_folder, type, more);
        GraphModels.WriteVision(Path.Combine(_folder, "vision_model.onnx"), output, [48]);
        AssertError(expected);
    }

    [Fact]
    public void A_width_that_only_shows_in_a_run_is_checked_there()
    {
        GraphModels.WriteClipFiles(_folder, more: """, "projection_dim": 47""");
        var graph = new OnnxGraph("vision");
        var pixels = graph.Input("pixel_values", OnnxElement.Float, "batch", 3, "height", "width");
        graph.Output("image_embeds", graph.Node("Flatten", [pixels]), OnnxElement.Float, "batch", "values");
        graph.Save(Path.Combine(_folder, "vision_model.onnx"));
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(_folder));
        var error = Assert.Throws<InputException>(() => encoder.Encode(new float[48], 1));
        Assert.Contains(
            "output 'image_embeds' came as 1×48 for 1 input; expected rank 2, one row an input, 47 wide", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_list_of_outputs_is_cut()
    {
        var graph = new OnnxGraph("llama");
        var ids = graph.Input("input_ids", OnnxElement.Int64, "batch", "length");
        foreach (var name in Enumerable.Range(0, 14).Select(i => $"present.{i}.key"))
        {
            graph.Output(name, ids, OnnxElement.Int64, "batch", "length");
        }

        TinyModels.WriteLlama(_folder);
        graph.Save(Path.Combine(_folder, "onnx", "model.onnx"));
        var error = Assert.Throws<InputException>(() => new OnnxTextEncoder(ModelFolder.Open(_folder)));
        Assert.Contains("present.9.key and 4 more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_nobody_can_fill_is_refused()
    {
        TinyModels.WriteDino(_folder);
        var graph = new OnnxGraph("dino");
        var pixels = graph.Input("pixel_values", OnnxElement.Float, "batch", 3, 4, 4);
        var noise = graph.Input("noise", OnnxElement.Float, "batch", 3, 4, 4);
        graph.Output(
            "last_hidden_state", graph.Node("Reshape", [graph.Node("Add", [pixels, noise]), graph.Integers(0, 4, 12)]), OnnxElement.Float, "batch", 4,
            12);
        graph.Save(Path.Combine(_folder, "model.onnx"));
        AssertError("asks for input 'noise' (Float of rank 4 (?×3×4×4)); expected only pixel_values");
    }

    [Fact]
    public void Pixels_of_another_rank_or_type_are_refused()
    {
        TinyModels.WriteDino(_folder);
        var graph = new OnnxGraph("navit");
        var patches = graph.Input("pixel_values", OnnxElement.Float, "batch", "patches", 12);
        graph.Output("last_hidden_state", patches, OnnxElement.Float, "batch", "patches", 12);
        graph.Save(Path.Combine(_folder, "model.onnx"));
        AssertError("input 'pixel_values' is Float of rank 3 (?×?×12); expected Float or Float16 of rank 4");
        var texts = new OnnxGraph("text");
        texts.Output("last_hidden_state", texts.Input("input_ids", OnnxElement.Float, "batch", "length", 2), OnnxElement.Float, "batch", "length", 2);
        TinyModels.WriteLlama(_folder);
        texts.Save(Path.Combine(_folder, "onnx", "model.onnx"));
        var error = Assert.Throws<InputException>(() => new OnnxTextEncoder(ModelFolder.Open(_folder)));
        Assert.Contains("input 'input_ids' is Float of rank 3 (?×?×2); expected Int64 or Int32 of rank 2", error.Message, StringComparison.Ordinal);
    }

    private OnnxImageEncoder Open(string type, string output, params long[] shape)
    {
        GraphModels.WriteClipFiles(_folder, type);
        GraphModels.WriteVision(Path.Combine(_folder, "onnx", "model.onnx"), output, shape);
        return new(ModelFolder.Open(_folder));
    }

    private void AssertError(string type, string expected, string output, params long[] shape) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Open(type, output, shape)).Message, StringComparison.Ordinal);

    private void AssertError(string expected) =>
        Assert.Contains(
            expected, Assert.Throws<InputException>(() => new OnnxImageEncoder(ModelFolder.Open(_folder))).Message, StringComparison.Ordinal);
}
