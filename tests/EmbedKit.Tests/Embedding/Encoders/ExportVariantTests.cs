using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Runtime;
using EmbedKit.Tests.Embedding.Images;
using EmbedKit.Tokenizers;

namespace EmbedKit.Tests.Embedding.Encoders;

/// <summary>The ways in which real exports ask for their inputs, each with numbers told by hand.</summary>
public sealed class ExportVariantTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void A_combined_export_gives_images_without_a_text(bool mask, bool fixedImage)
    {
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(GraphModels.WriteCombinedClip(_folder, mask, fixedImage)));
        var pixels = encoder.Preprocessor.Process(PillowReference.Pattern(9, 6));
        var embedded = encoder.Encode([.. pixels, .. pixels.Reverse()], 2);
        Assert.Equal(("onnx/model.onnx", "image_embeds", GraphModels.SharedWidth), (encoder.File, encoder.Output, encoder.Dimension));
        AssertClose([.. Projected(pixels), .. Projected([.. pixels.Reverse()])], embedded.Values);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void A_combined_export_gives_texts_without_an_image(bool mask, bool fixedImage)
    {
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(GraphModels.WriteCombinedClip(_folder, mask, fixedImage)));
        TokenizedText[] texts = [encoder.Tokenizer.Encode("lesion"), encoder.Tokenizer.Encode("nevus 1"), encoder.Tokenizer.Encode("a b")];
        AssertClose(
            [.. texts.SelectMany(t => Mean([.. t.Ids, .. Enumerable.Repeat(encoder.Tokenizer.PadId, 12 - t.Ids.Length)]))],
            encoder.Encode(texts).Values);
    }

    [Fact]
    public void A_model_of_one_side_is_taken_before_the_combined_one()
    {
        GraphModels.WriteCombinedClip(_folder);
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{"model_type": "clip"}""");
        GraphModels.WriteVision(Path.Combine(_folder, "onnx", "vision_model.onnx"), "image_embeds", [48]);
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(_folder));
        Assert.Equal(("onnx/vision_model.onnx", 48), (encoder.File, encoder.Dimension));
    }

    [Fact]
    public void A_combined_export_without_an_image_size_anywhere_is_an_error()
    {
        GraphModels.WriteCombinedClip(_folder);
        GraphModels.WriteClipFiles(_folder);
        AssertError(() => new OnnxTextEncoder(ModelFolder.Open(_folder)), "expected the config to say the image_size");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_decoder_gets_an_empty_cache_and_no_cache_branch(bool int32)
    {
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(GraphModels.WriteDecoder(_folder, int32 ? GraphModels.Int32 : OnnxElement.Int64)));
        TokenizedText[] texts = [encoder.Tokenizer.Encode("abcab"), encoder.Tokenizer.Encode("abcab")];
        AssertClose([.. texts.SelectMany(t => DecoderMean(t.Ids))], encoder.Encode(texts).Values);
    }

    [Fact]
    public void The_config_says_the_width_of_a_cache_whose_model_does_not()
    {
        GraphModels.WriteDecoder(_folder, config: """, "hidden_size": 12, "num_attention_heads": 4, "head_dim": 3""");
        AssertError(() => new OnnxTextEncoder(ModelFolder.Open(_folder)), "output 'last_hidden_state' is 2 wide; the config says hidden_size 12");
        GraphModels.WriteDecoder(_folder, config: """, "num_attention_heads": 4, "head_dim": 3""");
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(_folder));
        var text = encoder.Tokenizer.Encode("abc");
        AssertClose(DecoderMean(text.Ids), encoder.Encode([text]).Values);
        GraphModels.WriteDecoder(_folder, config: " ");
        AssertError(() => new OnnxTextEncoder(ModelFolder.Open(_folder)),
            "input 'past_key_values.0.key' is Float of rank 4 (?×2×?×?); expected the config to say head_dim");
    }

    [Theory]
    [InlineData("right", "mask-weighted mean")]
    [InlineData("left", "mask-weighted mean")]
    [InlineData("right", "last token")]
    [InlineData("left", "last token")]
    public void Padding_on_either_side_does_not_count(string side, string pooling)
    {
        GraphModels.WriteDecoder(_folder, length: 40);
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), $$"""{"padding_side": "{{side}}"}""");
        File.WriteAllText(Path.Combine(_folder, "embedkit.json"), $$"""{"text": {"pooling": "{{pooling}}"} }""");
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(_folder));
        TokenizedText[] texts = [encoder.Tokenizer.Encode("abcab"), encoder.Tokenizer.Encode("c")];
        var expected =
            texts.SelectMany(t => encoder.Pooling == Pooling.MaskedMean ? DecoderMean(t.Ids)
                : [t.Ids[^1] + t.Ids.Length - 1, t.Ids[^1] * t.Ids[^1] / 1000f]);
        AssertClose([.. expected], encoder.Encode(texts).Values);
    }

    [Fact]
    public void A_padding_side_that_is_none_is_an_error()
    {
        GraphModels.WriteDecoder(_folder);
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), """{"padding_side": "top"}""");
        AssertError(() => new OnnxTextEncoder(ModelFolder.Open(_folder)), "'padding_side' is 'top'; expected left or right");
    }

    [Fact]
    public void Half_precision_goes_in_and_comes_out_as_float32()
    {
        TinyModels.WriteClip(_folder);
        GraphModels.WriteVision(Path.Combine(_folder, "onnx", "vision_model_fp16.onnx"), "image_embeds", [48], GraphModels.Float16);
        using var encoder = new OnnxImageEncoder(ModelFolder.Open(_folder), new() { Precision = ModelPrecision.Float16 });
        var pixels = encoder.Preprocessor.Process(PillowReference.Pattern(9, 6));
        Assert.Equal(pixels.Select(p => (float)(Half)p), encoder.Encode(pixels, 1).Values);
        Assert.NotEqual(pixels, encoder.Encode(pixels, 1).Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_model_of_one_input_at_a_time_runs_so_and_of_another_number_not_at_all(int batch)
    {
        TinyModels.WriteClip(_folder);
        GraphModels.WriteVision(Path.Combine(_folder, "onnx", "vision_model.onnx"), "image_embeds", [48], batch: batch);
        if (batch != 1)
        {
            AssertError(() => new OnnxImageEncoder(ModelFolder.Open(_folder)), "takes exactly 2 inputs at a time; expected any number, or one");
            return;
        }

        using var encoder = new OnnxImageEncoder(ModelFolder.Open(_folder));
        var pixels = encoder.Preprocessor.Process(PillowReference.Pattern(9, 6));
        Assert.Equal([.. pixels, .. pixels.Reverse()], encoder.Encode([.. pixels, .. pixels.Reverse()], 2).Values);
    }

    private static float[] Projected(float[] pixels) => [.. Enumerable.Range(0, GraphModels.SharedWidth)
        .Select(j => (float)pixels.Select((p, i) => (double)p * GraphModels.ImageWeight(i, j)).Sum())];

    private static float[] Mean(int[] ids) =>
        [.. Enumerable.Range(0, GraphModels.SharedWidth).Select(j => (float)ids.Average(i => (double)GraphModels.TokenValue(i, j)))];

    private static float[] DecoderMean(int[] ids) =>
        [(float)ids.Select((id, at) => (double)id + at).Average(), (float)ids.Average(id => (double)(id * id / 1000f))];

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-4f));
    }

    private static void AssertError(Func<object> open, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(open).Message, StringComparison.Ordinal);
}
