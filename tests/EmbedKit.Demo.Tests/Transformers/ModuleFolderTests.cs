using System.Text.Json;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Tests;
using EmbedKit.Transformers.Export;
using EmbedKit.Transformers.Modules;
using EmbedKit.Transformers.Weights;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Tests.Transformers;

/// <summary>A module opened from a folder computes what PyTorch's layers and ONNX Runtime make of the same weights.</summary>
public sealed class ModuleFolderTests : IDisposable
{
    private const float Tolerance = 1e-4f;
    private readonly DisposeScope _scope = NewDisposeScope();

    static ModuleFolderTests() => set_num_threads(1);

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("vit", 8)]
    [InlineData("vit", 12)]
    [InlineData("dinov2", 8)]
    [InlineData("dinov2", 12)]
    [InlineData("clip", 8)]
    public void A_published_image_checkpoint_gives_PyTorchs_numbers(string family, int side)
    {
        using var module = ModuleFolder.OpenImage(ModelFolder.Open(Golden(family)));
        using var expected = Expected(family);

        AssertSame(Floats(expected, $"output_{side}"), module.forward(tensor(Floats(expected, $"pixels_{side}"), [2, 3, side, side])));
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("clip")]
    [InlineData("llama")]
    public void A_published_text_checkpoint_gives_PyTorchs_numbers(string family)
    {
        using var module = ModuleFolder.OpenText(ModelFolder.Open(Golden(family)));
        using var expected = Expected(family);
        var (ids, lengths) = (Whole(expected, "ids"), Whole(expected, "lengths"));
        var batch = TokenBatch.Pad([.. Enumerable.Range(0, 2).Select(row => ids.Skip(row * ids.Length / 2).Take(lengths[row]).ToArray())], 0);
        var output = module switch
        {
            ClipTextTransformer clip => clip.forward(batch.Ids),
            BertEncoder bert => bert.forward(batch.Ids, batch.Mask),
            var other => ((LlamaDecoder)other).forward(batch.Ids, batch.Mask),
        };

        AssertSame(
            Floats(expected, "output"), family == "clip" ? output : cat([.. lengths.Select((length, row) => output[row].narrow(0, 0, length))]));
    }

    [Fact]
    public void BERT_exports_exactly()
    {
        using var module = (BertEncoder)ModuleFolder.OpenText(ModelFolder.Open(Golden("bert")));
        using var session = new InferenceSession(module.ToOnnx().ToBytes());
        var batch = TokenBatch.Pad([[3, 9, 1, 4, 7], [2, 8]], 0);
        using var outputs = session.Run(
        [
            .. new[] { ("input_ids", batch.Ids), ("attention_mask", batch.Mask), ("token_type_ids", zeros_like(batch.Ids)) }.Select(
                i => NamedOnnxValue.CreateFromTensor(
                    i.Item1, new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<long>(i.Item2.data<long>().ToArray(), [2, 5]))),
        ]);
        var run = tensor(outputs[0].AsEnumerable<float>().ToArray(), [2, 5, 12]);
        var own = module.forward(batch.Ids, batch.Mask);

        AssertSame(run[0].data<float>().ToArray(), own[0]);
        AssertSame(run[1].narrow(0, 0, 2).data<float>().ToArray(), own[1].narrow(0, 0, 2));
    }

    [Theory]
    [InlineData("tiny-clip")]
    [InlineData("tiny-dino")]
    public void The_tiny_image_encoders_are_what_their_graphs_compute(string name)
    {
        var folder = ModelFolder.Open(name);
        using var onnx = new OnnxImageEncoder(folder);
        using var module = ModuleFolder.OpenImage(folder);
        var pixels = randn([3, 3, 64, 64], generator: new Generator(1));

        AssertSame(onnx.Encode(pixels.data<float>().ToArray(), 3).Values, module.forward(pixels));
    }

    [Fact]
    public void Names_and_shapes_that_do_not_fit_are_listed()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(Golden("vit")))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        var config = File.ReadAllText(folder["config.json"]);
        File.WriteAllText(folder["config.json"], config.Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", StringComparison.Ordinal));
        var missing = Assert.Throws<InputException>(void () => ModuleFolder.OpenImage(ModelFolder.Open(folder.Path)));
        Assert.Contains("no 'encoder.layer.2.layernorm_before.weight'", missing.Message, StringComparison.Ordinal);
        Assert.Contains("and 7 more", missing.Message, StringComparison.Ordinal);

        File.WriteAllText(folder["config.json"], config.Replace("\"image_size\": 8", "\"image_size\": 12", StringComparison.Ordinal));
        var shape = Assert.Throws<InputException>(void () => ModuleFolder.OpenImage(ModelFolder.Open(folder.Path)));
        Assert.Contains("'embeddings.position_embeddings' is 1×5×12; 'positions' takes 1×10×12", shape.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vit", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"", "'hidden_act' is relu; expected gelu")]
    [InlineData("dinov2", "\"use_swiglu_ffn\": false", "\"use_swiglu_ffn\": true", "expected GELU layers")]
    [InlineData("vit", "\"hidden_dropout_prob\": 0.0", "\"hidden_dropout_prob\": 1.5", "expected 0 to below 1")]
    [InlineData("vit", "\"patch_size\": 4", "\"patch_size\": 5", "expected a patch size that divides the image size")]
    [InlineData("vit", "\"model_type\": \"vit\"", "\"model_type\": \"dinov2_with_registers\"", "expected clip, dinov2 or vit")]
    public void A_shape_that_no_module_has_is_refused_in_one_line(string family, string value, string other, string expected)
    {
        using var folder = new TemporaryFolder();
        var config = File.ReadAllText(Path.Combine(Golden(family), "config.json"));
        Assert.Contains(value, config, StringComparison.Ordinal);
        File.WriteAllText(folder["config.json"], config.Replace(value, other, StringComparison.Ordinal));
        File.Copy(Path.Combine(Golden(family), "model.safetensors"), folder["model.safetensors"]);

        var error = Assert.Throws<InputException>(void () => ModuleFolder.OpenImage(ModelFolder.Open(folder.Path)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Dropout_is_drawn_from_its_generator_alone_and_keeps_the_mean()
    {
        using var model = new BertEncoder(
            new() { VocabularySize = 30, Transformer = new() { Width = 12, Heads = 3, Layers = 1, PostNorm = true, HiddenDropout = 0.3, AttentionDropout = 0.3 } },
            new Generator(1));
        var ids = randint(0, 30, [2, 6], ScalarType.Int64, generator: new Generator(2));
        float[] Run(int? seed)
        {
            model.Blocks.Dropout = seed is { } s ? new Generator((ulong)s) : null;
            return model.forward(ids, null).data<float>().ToArray();
        }

        Assert.Equal(Run(3), Run(3));
        Assert.NotEqual(Run(3), Run(4));
        Assert.NotEqual(Run(3), Run(null));
        Assert.Equal(Run(null), Run(null));
        var context = new AttentionContext(false) { Dropout = new Generator(5) };
        var dropped = context.Drop(ones(20_000), 0.3);
        Assert.Equal(1, dropped.mean().Value(), 0.02);
        Assert.Equal(0.3, dropped.eq(zeros(1)).to(ScalarType.Float32).mean().Value(), 0.02);
    }

    private static string Golden(string family) => Path.Combine(AppContext.BaseDirectory, "Golden", "transformers", family);

    private static JsonDocument Expected(string family) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden(family), "expected.json")));

    private static float[] Floats(JsonDocument json, string name) => [.. json.RootElement.GetProperty(name).EnumerateArray().Select(v => v.GetSingle())];

    private static int[] Whole(JsonDocument json, string name) => [.. json.RootElement.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];

    private static void AssertSame(float[] expected, Tensor actual)
    {
        var values = actual.contiguous().data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), p => Assert.Equal(p.First, p.Second, Tolerance));
    }
}
