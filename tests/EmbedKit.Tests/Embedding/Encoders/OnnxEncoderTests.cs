using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Runtime;
using EmbedKit.Tests.Embedding.Images;
using EmbedKit.Tokenizers;
using EmbedKit.Tokenizers.Tests;

namespace EmbedKit.Tests.Embedding.Encoders;

public sealed class OnnxEncoderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void CLIP_images_give_the_projected_output()
    {
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(TinyModels.WriteClip(_folder)));
        var pixels = encoder.Preprocessor.Process(PillowReference.Pattern(9, 6));
        var embedded = encoder.Encode([.. pixels, .. pixels.Reverse()], 2);
        Assert.Equal((2, 48, Pooling.Projected), (embedded.Rows, embedded.Dimension, encoder.Pooling));
        Assert.Equal(pixels, embedded.Row(0).ToArray());
        Assert.Equal(pixels.Reverse(), embedded.Row(1).ToArray());
    }

    [Theory]
    [InlineData("batch", "height", "width", "channels", "reads images as batch×height×width×channels; expected N×3×H×W")]
    [InlineData("a", "b", "e", "d", "does not run on pixel_values 1×3×4×4")]
    public void A_graph_of_another_layout_whose_sizes_are_free_is_refused_in_one_line(
        string first, string second, string third, string fourth, string expected)
    {
        TinyModels.WriteClip(_folder);
        var graph = new OnnxGraph("vision");
        var pixels = graph.Input("pixel_values", OnnxElement.Float, first, second, third, fourth);
        var last = graph.Node("MatMul", [pixels, graph.Weight("w", new float[9], 3, 3)]);
        graph.Output("image_embeds", graph.Node("Reshape", [last, graph.Integers(0, -1)]), OnnxElement.Float, first, 48);
        graph.Save(Path.Combine(_folder, "onnx", "vision_model.onnx"));
        var error = Assert.Throws<InputException>(() =>
        {
            using var encoder = new OnnxImageEncoder(ModelFolder.Open(_folder));
            encoder.Encode(new float[48], 1);
        });
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DINOv2_images_give_the_class_token()
    {
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(TinyModels.WriteDino(_folder)));
        var pixels = encoder.Preprocessor.Process(PillowReference.Pattern(9, 6));
        var embedded = encoder.Encode([.. pixels, .. pixels.Reverse()], 2);
        Assert.Equal([.. pixels[..12], .. pixels.Reverse().Take(12)], embedded.Values);
    }

    [Fact]
    public void CLIP_texts_are_padded_to_the_context()
    {
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(TinyModels.WriteClip(_folder)));
        var text = encoder.Tokenizer.Encode("lesion");
        var embedded = encoder.Encode([text]).Values;
        Assert.Equal(12, encoder.RunLength(3));
        Assert.Equal(10 / 12f, embedded[^1], 1e-6f); // the end token, and nine times as padding
        Assert.Equal(1 / 12f, embedded[text.Ids[1]], 1e-6f);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData(40, true)]
    public void LLaMA_texts_give_the_mean_over_real_tokens(int? length, bool mask)
    {
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(TinyModels.WriteLlama(_folder, length, mask)));
        var texts = new[] { encoder.Tokenizer.Encode("abcab"), encoder.Tokenizer.Encode("ccca") };
        var embedded = length is null ? [.. encoder.Encode([texts[0]]).Values, .. encoder.Encode([texts[1]]).Values] : encoder.Encode(texts).Values;
        Assert.Equal(texts.SelectMany(t => new[] { (float)t.Ids.Average(), (float)t.Ids.Average(i => (double)(i * i / 1000f)) }), embedded);
    }

    [Fact]
    public void Positions_are_given_when_asked_for()
    {
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(TinyModels.WriteLlama(_folder, positions: true)));
        var ids = encoder.Tokenizer.Encode("ccc").Ids;
        Assert.Equal((float)(ids.Average() + ((ids.Length - 1) / 2.0)), encoder.Encode([encoder.Tokenizer.Encode("ccc")]).Values[0]);
    }

    [Fact]
    public void Texts_of_different_length_do_not_share_a_batch()
    {
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(TinyModels.WriteLlama(_folder)));
        Assert.Throws<ArgumentException>(() => encoder.Encode([new TokenizedText([1, 2], 0), new TokenizedText([1], 0)]));
    }

    [Fact]
    public void An_input_of_another_name_is_an_error_that_says_which_there_are()
    {
        var model = ModelFolder.Open(TinyModels.WriteClip(_folder, input: "pixels"));
        AssertError(() => new OnnxImageEncoder(model), "vision_model.onnx: no input 'pixel_values'; there are pixels");
    }

    [Fact]
    public void Preprocessing_of_another_size_than_the_model_reads_is_an_error()
    {
        var model = ModelFolder.Open(TinyModels.WriteClip(_folder));
        File.WriteAllText(
            Path.Combine(_folder, "preprocessor_config.json"),
            TinyModels.Preprocessor.Replace("\"height\": 4", "\"height\": 3", StringComparison.Ordinal));
        AssertError(() => new OnnxImageEncoder(model), "reads 3×4×4; the preprocessing gives 3×3×4");
    }

    [Fact]
    public void Padding_without_a_mask_is_refused_where_it_would_change_the_mean() =>
        AssertError(() => new OnnxTextEncoder(ModelFolder.Open(TinyModels.WriteLlama(_folder, 40, mask: false))), "no 'attention_mask'");

    [Fact]
    public void A_model_shorter_than_its_tokenizer_allows_is_refused() =>
        AssertError(() => new OnnxTextEncoder(ModelFolder.Open(TinyModels.WriteLlama(_folder, 8))),
            "reads exactly 8 ids; the tokenizer gives up to 40");

    [Fact]
    public void The_output_that_the_family_promises_must_be_there()
    {
        TinyModels.WriteClip(_folder);
        File.Copy(Path.Combine(_folder, "onnx", "text_model.onnx"), Path.Combine(_folder, "onnx", "vision_model.onnx"), overwrite: true);
        AssertError(() => new OnnxImageEncoder(ModelFolder.Open(_folder)), "no output 'image_embeds'; there are text_embeds");
    }

    [Fact]
    public void A_file_that_is_no_model_is_an_error_that_names_it()
    {
        TinyModels.WriteDino(_folder);
        File.WriteAllText(Path.Combine(_folder, "model.onnx"), "no model");
        AssertError(() => new OnnxImageEncoder(ModelFolder.Open(_folder)), "model.onnx: not an ONNX file (wire type 6 at byte 1)");
    }

    [Fact]
    public void A_side_the_family_lacks_is_an_error()
    {
        TinyModels.WriteDino(_folder);
        TinyTokenizers.WriteBert(_folder);
        AssertError(() => new OnnxTextEncoder(ModelFolder.Open(_folder)),
            "model_type 'dinov2' does not embed text; expected clip, siglip, siglip2, open_clip, llama,");
    }

    private static void AssertError(Func<object> open, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(open).Message, StringComparison.Ordinal);
}
