using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Text;
using EmbedKit.Runtime;
using EmbedKit.Tests.Embedding.Images;
using EmbedKit.Tokenizers.Tests;

namespace EmbedKit.Tests.Embedding.Models;

/// <summary><c>embedkit.json</c>, and the folders of open_clip.</summary>
public sealed class ModelDescriptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_family_nobody_knows_works_by_description_alone()
    {
        File.WriteAllText(Path.Combine(_folder, "preprocessor_config.json"), TinyModels.Preprocessor);
        GraphModels.WriteVision(Path.Combine(_folder, "nets", "eye.onnx"), "features", [48], input: "pixels");
        Describe(
            """{"image": {"file": "nets/eye.onnx", "input": "pixels", "output": "features", "pooling": "projected"}, "normalisation": "none"}""");
        var model = ModelFolder.Open(_folder);
        Assert.Equal(("embedkit.json", true, false), (model.Family, model.HasImage, model.HasText));
        using var encoder = new OnnxImageEncoder(model);
        var pixels = encoder.Preprocessor.Process(PillowReference.Pattern(9, 6));
        Assert.Equal(pixels, encoder.Encode(pixels, 1).Values);
        Assert.Equal(("nets/eye.onnx", "features"), (encoder.File, encoder.Output));
    }

    [Fact]
    public void A_family_of_an_unknown_type_keeps_its_name_and_takes_the_usual_files_and_outputs()
    {
        TinyModels.WriteLlama(_folder);
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{"model_type": "mamba", "vocab_size": 268}""");
        Describe("""{"text": {"pooling": "last token"}}""");
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(_folder));
        var text = encoder.Tokenizer.Encode("abc");
        Assert.Equal([text.Ids[^1], text.Ids[^1] * text.Ids[^1] / 1000f], encoder.Encode([text]).Values);
        Assert.Equal(("mamba", Pooling.LastToken, "onnx/model.onnx"), (encoder.Folder.Family, encoder.Pooling, encoder.File));
    }

    [Fact]
    public void The_pooling_of_a_known_family_can_be_another()
    {
        TinyModels.WriteLlama(_folder);
        Describe("""{"text": {"pooling": "class token"}}""");
        using var encoder = new OnnxTextEncoder(ModelFolder.Open(_folder));
        var text = encoder.Tokenizer.Encode("abc");
        Assert.Equal(Pooling.ClassToken, encoder.Pooling);
        Assert.Equal([text.Ids[0], text.Ids[0] * text.Ids[0] / 1000f], encoder.Encode([text]).Values);
    }

    [Fact]
    public void An_output_that_is_named_may_have_any_width_and_has_no_stand_in()
    {
        GraphModels.WriteClipFiles(_folder, more: """, "projection_dim": 512""");
        GraphModels.WriteVision(Path.Combine(_folder, "onnx", "vision_model.onnx"), "pooler_output", [48]);
        Describe("""{"image": {"output": "pooler_output"}}""");
        using (var encoder = new OnnxImageEncoder(ModelFolder.Open(_folder)))
        {
            Assert.Equal(("pooler_output", 48), (encoder.Output, encoder.Dimension));
        }

        Describe("""{"image": {"output": "poolr"}}""");
        AssertError(() => new OnnxImageEncoder(ModelFolder.Open(_folder)), "no output 'poolr'; there are pooler_output");
    }

    [Theory]
    [InlineData("""{"image": {"pooling": "max"}}""", "'pooling' is 'max'; expected projected, class token, mask-weighted mean, last token")]
    [InlineData("""{"image": {}}""",
        "'pooling' is missing; expected projected, class token, mask-weighted mean, last token, since this family is unknown")]
    [InlineData("""{"image": {"poolin": "projected"}}""", "'poolin' is not a known key; expected file, input, output, pooling")]
    [InlineData("""{"images": {}}""", "'images' is not a known key; expected image, text, normalisation")]
    [InlineData("""{"normalisation": "l2"}""", "'normalisation' is 'l2'; expected none")]
    [InlineData("""{"normalisation": "none"}""", "'image' is missing, and so is 'text'; expected an object under one of the two")]
    [InlineData("""{"image": {"pooling": "projected", "file": "../eye.onnx"}}""",
        "'file' is '../eye.onnx'; expected the path of an .onnx file inside the model folder")]
    [InlineData("""{"image": {"pooling": "projected", "file": "/eye.onnx"}}""", "'file' is '/eye.onnx'")]
    [InlineData("""{"image": {"pooling": "projected", "file": "eye.bin"}}""", "'file' is 'eye.bin'")]
    [InlineData("""{"image": "eye.onnx"}""", "'image' is \"eye.onnx\"; expected an object")]
    public void A_description_that_makes_no_sense_names_the_field_and_what_is_allowed(string json, string expected)
    {
        Describe(json);
        AssertError(() => ModelFolder.Open(_folder), expected);
    }

    [Fact]
    public void Tokens_of_images_have_no_mask_to_be_pooled_by()
    {
        TinyModels.WriteDino(_folder);
        Describe("""{"image": {"pooling": "mask-weighted mean"}}""");
        AssertError(() => new OnnxImageEncoder(ModelFolder.Open(_folder)),
            "pooling 'mask-weighted mean' for images; expected projected or class token");
    }

    [Fact]
    public void BiomedCLIP_is_read_from_its_open_clip_config()
    {
        TinyTokenizers.WriteBert(_folder);
        File.WriteAllText(Path.Combine(_folder, "open_clip_config.json"), """
            {"model_cfg": {"embed_dim": 48, "vision_cfg": {"timm_model_name": "vit_base_patch16_224", "image_size": 4},
              "text_cfg": {"hf_model_name": "microsoft/BiomedNLP-BiomedBERT-base-uncased-abstract", "context_length": 8, "hf_pooler_type": "cls_last_hidden_state_pooler"}},
             "preprocess_cfg": {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]}}
            """);
        GraphModels.WriteVision(Path.Combine(_folder, "onnx", "vision_model.onnx"), "image_features", [48]);
        var model = ModelFolder.Open(_folder);
        using var encoder = new OnnxImageEncoder(model);
        Assert.Equal(("open_clip", true, true), (model.Family, model.HasImage, model.HasText));
        Assert.Equal((Pooling.Projected, 48, 8), (encoder.Pooling, encoder.Dimension, ModelTokenizer.Read(model).MaxLength));
        Assert.Contains("resize shortest edge 4 Bicubic, center crop 4x4", encoder.Preprocessor.Description, StringComparison.Ordinal);
        GraphModels.WriteVision(Path.Combine(_folder, "onnx", "vision_model.onnx"), "image_features", [3, 16]);
        AssertError(() => new OnnxImageEncoder(model), "output 'image_features' is Float of rank 3");
    }

    private void Describe(string json) => File.WriteAllText(Path.Combine(_folder, "embedkit.json"), json);

    private static void AssertError(Func<object> open, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(open).Message, StringComparison.Ordinal);
}
