using EmbedKit.Embedding.Onnx;
using EmbedKit.Runtime;
using EmbedKit.Transformers.Export;
using EmbedKit.Transformers.Modules;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Tests.Transformers;

/// <summary>ONNX Runtime computes what TorchSharp computes. Weights are made large, so that an omitted layer would show.</summary>
public class EncoderExportTests
{
    private const float Tolerance = 1e-4f;

    // One thread each: tests run side by side.
    static EncoderExportTests() => torch.set_num_threads(1);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_CLIP_like_image_encoder_exports_exactly(int batch)
    {
        using var scope = NewDisposeScope();
        using var model = Enlarged(new VisionTransformer(VisionTransformerOptions.ClipLike, new Generator(1)));
        var pixels = randn([batch, 3, 64, 64], generator: new Generator(2));

        AssertSame(model.forward(pixels), Run(model.ToOnnx(), "image_embeds", ("pixel_values", pixels)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_DINO_like_image_encoder_exports_exactly(int batch)
    {
        using var scope = NewDisposeScope();
        using var model = Enlarged(new VisionTransformer(VisionTransformerOptions.DinoLike, new Generator(1)));
        var pixels = randn([batch, 3, 64, 64], generator: new Generator(2));

        AssertSame(model.Tokens(pixels), Run(model.ToOnnx(), "last_hidden_state", ("pixel_values", pixels)));
    }

    [Theory]
    [InlineData(1, 9)]
    [InlineData(5, 9)]
    [InlineData(5, 77)]
    public void A_CLIP_like_text_encoder_exports_exactly_and_ignores_what_follows_the_end_token(int batch, int length)
    {
        using var scope = NewDisposeScope();
        using var model = Enlarged(new ClipTextTransformer(new() { VocabularySize = 60, EndToken = 59 }, new Generator(1)));
        var ids = randint(0, 59, [batch, length], ScalarType.Int64, generator: new Generator(2));
        for (var row = 0; row < batch; row++)
        {
            ids[row, (3 + row)..] = 59;
        }

        var expected = model.forward(ids);
        AssertSame(expected, Run(model.ToOnnx(), "text_embeds", ("input_ids", ids)));
        AssertSame(expected, model.forward(ids.narrow(1, 0, 8)));
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(5, 6)]
    [InlineData(5, 33)]
    public void A_LLaMA_like_decoder_exports_exactly_with_padding_on_either_side(int batch, int length)
    {
        using var scope = NewDisposeScope();
        using var model = Enlarged(new LlamaDecoder(new() { VocabularySize = 60 }, new Generator(1)));
        using var session = new InferenceSession(model.ToOnnx().ToBytes());
        var ids = randint(0, 60, [batch, length], ScalarType.Int64, generator: new Generator(2));
        var whole = model.forward(ids, null);
        AssertSame(whole, Run(session, "last_hidden_state", ("input_ids", ids), ("attention_mask", ones_like(ids))));

        var padding = zeros([batch, 4], ScalarType.Int64);
        var right = Run(session, "last_hidden_state", ("input_ids", cat([ids, padding], 1)), ("attention_mask", cat([ones_like(ids), padding], 1)));
        AssertSame(whole, right.narrow(1, 0, length));

        var leftMask = cat([padding, ones_like(ids)], 1);
        var left = Run(session, "last_hidden_state", ("input_ids", cat([padding, ids], 1)), ("attention_mask", leftMask));
        AssertSame(whole, left.narrow(1, 4, length));
        AssertSame(whole, model.forward(cat([padding, ids], 1), leftMask).narrow(1, 4, length));
    }

    [Fact]
    public void Weights_come_from_the_generator_alone()
    {
        using var scope = NewDisposeScope();
        using var one = new VisionTransformer(VisionTransformerOptions.DinoLike, new Generator(7));
        using var burnt = rand(100);
        using var two = new VisionTransformer(VisionTransformerOptions.DinoLike, new Generator(7));

        Assert.Equal(one.ToOnnx().ToBytes(), two.ToOnnx().ToBytes());
    }

    [Fact]
    public void A_text_longer_than_the_model_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new LlamaDecoder(new() { VocabularySize = 10, MaxLength = 4 }, new Generator(1));

        Assert.Throws<ArgumentOutOfRangeException>(() => model.forward(zeros([1, 5], ScalarType.Int64), null));
    }

    private static T Enlarged<T>(T model)
        where T : nn.Module
    {
        using var noGradient = no_grad();
        var generator = new Generator(3);
        foreach (var parameter in model.parameters())
        {
            parameter.add_(randn(parameter.shape, generator: generator) * 0.1);
        }

        model.eval();
        return model;
    }

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var difference = (expected - actual).abs().max().item<float>();
        Assert.True(difference < Tolerance, $"largest difference {difference}");
        Assert.True(expected.std().item<float>() > 0.05f, "the outputs hardly vary, so equality shows nothing");
    }

    private static Tensor Run(OnnxGraph graph, string output, params (string Name, Tensor Value)[] inputs)
    {
        using var session = new InferenceSession(graph.ToBytes());
        return Run(session, output, inputs);
    }

    private static Tensor Run(InferenceSession session, string output, params (string Name, Tensor Value)[] inputs)
    {
        var values = inputs.Select(i => i.Value.dtype == ScalarType.Int64
            ? OrtValue.CreateTensorValueFromMemory(i.Value.contiguous().data<long>().ToArray(), i.Value.shape)
            : OrtValue.CreateTensorValueFromMemory(i.Value.contiguous().data<float>().ToArray(), i.Value.shape)).ToArray();
        using var options = new RunOptions();
        using var results = session.Run(options, [.. inputs.Select(i => i.Name)], values, [output]);
        return tensor(results[0].GetTensorDataAsSpan<float>().ToArray(), results[0].GetTensorTypeAndShape().Shape);
    }
}
