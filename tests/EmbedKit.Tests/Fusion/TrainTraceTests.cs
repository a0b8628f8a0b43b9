using System.Text.Json;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Tests.Fusion;

/// <summary>Training steps against PyTorch's, in float64 (Golden/train_traces.json: five models, three AdamW steps each; Golden/fusion: linear probes
/// and Adam).</summary>
public class TrainTraceTests
{
    private const double Tolerance = 1e-9;
    private static readonly JsonElement[] Cases =
        [.. ((string[])["train_traces.json", "fusion/training.json"]).SelectMany(name => GoldenValues.Json(name).EnumerateArray())];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Logits_loss_gradients_and_updates_equal_PyTorchs(int index)
    {
        using var scope = NewDisposeScope();
        var trace = Cases[index];
        using var model = Model(trace);
        var state = model.state_dict();
        Assert.Equal(trace.GetProperty("init").EnumerateObject().Select(p => p.Name).Order(), state.Keys.Order());
        using (no_grad())
        {
            foreach (var parameter in trace.GetProperty("init").EnumerateObject())
            {
                state[parameter.Name].copy_(Read(parameter.Value).reshape(state[parameter.Name].shape));
            }
        }

        var text = Read(trace.GetProperty("text"));
        var input = model.Options.UsesImage ? cat([text, Read(trace.GetProperty("image"))], 1) : text;
        var targets = Read(trace.GetProperty("labels"));
        using var loss = Loss(trace);
        using var optimizer = new AdamW(model.parameters(), Options(trace).OptimizerOptions());
        foreach (var step in trace.GetProperty("steps").EnumerateArray())
        {
            model.train();
            var logits = model.forward(input);
            AssertClose(step.GetProperty("train_logits"), logits);
            var value = loss.Compute(logits, targets);
            Assert.Equal(step.GetProperty("loss").GetDouble(), value.item<double>(), Tolerance);
            value.backward();
            foreach (var (name, parameter) in model.named_parameters())
            {
                AssertClose(step.GetProperty("grads").GetProperty(name), parameter.grad!);
            }

            optimizer.Step();
            foreach (var (name, tensor) in model.state_dict())
            {
                AssertClose(step.GetProperty("after").GetProperty(name), tensor);
            }
        }

        model.eval();
        AssertClose(trace.GetProperty("eval_logits"), model.forward(input));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Multiclass_loss_divides_by_rows_as_published_and_by_weights_as_in_textbooks(int index)
    {
        using var scope = NewDisposeScope();
        var trace = Cases[index];
        var expected = trace.GetProperty("loss_index_targets_vs_onehot_targets");
        foreach (var (kind, position) in ((LossKind, int)[])[(LossKind.Textbook, 0), (LossKind.Published, 1)])
        {
            using var loss = FusionLoss.Create(kind, TaskKind.Multiclass, Weights(trace), ScalarType.Float64);
            var value = loss.Compute(Read(trace.GetProperty("eval_logits")), Read(trace.GetProperty("labels")));
            Assert.Equal(expected[position].GetDouble(), value.item<double>(), Tolerance);
        }
    }

    private static FusionModel Model(JsonElement trace)
    {
        var kind = Enum.Parse<FusionKind>(trace.GetProperty("kind").GetString()!, ignoreCase: true);
        var init = trace.GetProperty("init");
        int[] Hidden(string branch) => [.. init.EnumerateObject().Where(p => p.Name.StartsWith(branch, StringComparison.Ordinal))
            .Where(p => p.Name.EndsWith("running_mean", StringComparison.Ordinal)).Select(p => p.Value.GetArrayLength())];
        var options = kind == FusionKind.Late
            ? new FusionOptions { Kind = kind, Hidden = Hidden("text_fc"), ImageHidden = Hidden("image_fc") }
            : new FusionOptions { Kind = kind, Hidden = Hidden("fc1") };
        return new(
            options, Width(trace, "text"), Width(trace, "image"), trace.GetProperty("out").GetInt32(), new RandomStreams(0), ScalarType.Float64);
    }

    private static TrainerOptions Options(JsonElement trace) => new()
    {
        Optimizer = trace.GetProperty("optimizer").GetString() == "Adam" ? OptimizerKind.Adam : OptimizerKind.AdamW,
        WeightDecay = trace.TryGetProperty("weight_decay", out var decay) ? decay.GetDouble() : 1e-2,
    };

    private static FusionLoss Loss(JsonElement trace) => trace.GetProperty("loss").GetString() switch
    {
        "ce_onehot" => FusionLoss.Create(LossKind.Published, TaskKind.Multiclass, Weights(trace), ScalarType.Float64),
        "bce1" => FusionLoss.Create(LossKind.Published, TaskKind.Binary, null, ScalarType.Float64),
        _ => FusionLoss.Create(LossKind.Published, TaskKind.Multilabel, Weights(trace), ScalarType.Float64),
    };

    private static double[] Weights(JsonElement trace) => [.. trace.GetProperty("class_weight").EnumerateArray().Select(w => w.GetDouble())];

    private static int Width(JsonElement trace, string modality) => trace.GetProperty(modality)[0].GetArrayLength();

    private static Tensor Read(JsonElement value)
    {
        var flat = Flatten(value).ToArray();
        return value.ValueKind == JsonValueKind.Array && value[0].ValueKind == JsonValueKind.Array
            ? tensor(flat, [value.GetArrayLength(), flat.Length / value.GetArrayLength()], ScalarType.Float64)
            : tensor(flat, ScalarType.Float64);
    }

    private static void AssertClose(JsonElement expected, Tensor actual)
    {
        var values = actual.to(ScalarType.Float64).contiguous().data<double>().ToArray();
        var golden = Flatten(expected).ToArray();
        Assert.Equal(golden.Length, values.Length);
        Assert.All(golden.Zip(values), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    private static IEnumerable<double> Flatten(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany(Flatten) : [value.GetDouble()];
}
