using System.Text.Json;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Fusion;

namespace EmbedKit.Tests.Evaluation;

/// <summary>Against scikit-learn and SciPy (Golden/calibration).</summary>
public class CalibrationTests
{
    public static TheoryData<string> Tasks => ["multiclass", "binary", "multilabel"];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Losses_and_reliability_equal_scikit_learns(string task)
    {
        var golden = Golden(task);
        var report = Metrics.Compute(Predict(golden, task, 1));

        Assert.Equal(golden.GetProperty("log_loss").GetDouble(), report.LogLoss!.Value, 1e-12);
        Assert.Equal(golden.GetProperty("brier").GetDouble(), report.Brier!.Value, 1e-12);
        Assert.Equal(golden.GetProperty("ece").GetDouble(), report.Calibration!.ExpectedError, 1e-12);
        Assert.Equal(report.Calibration.ExpectedError, report.ToNamed()["ece"]);
        AssertEqual(golden, report.Calibration);
    }

    [Fact]
    public void Probabilities_on_the_edge_of_a_bin_belong_to_the_bin_below()
    {
        var golden = Golden("binary");
        AssertEqual(
            golden.GetProperty("of_positive"),
            Calibration.Of(golden.GetProperty("prob").Doubles(), [.. golden.GetProperty("y").Ints().Select(y => y == 1)]));
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void The_temperature_is_SciPys_minimum_of_the_log_loss(string task)
    {
        var golden = Golden(task);
        var temperature = TemperatureScaling.Fit(Logits(golden), Ints(golden.GetProperty("y")), Kind(task), Outputs(task));

        Assert.Equal(golden.GetProperty("temperature").GetDouble(), temperature, 1e-5);
        Assert.Equal(golden.GetProperty("log_loss_after").GetDouble(), Metrics.Compute(Predict(golden, task, temperature)).LogLoss!.Value, 1e-7);
    }

    [Theory]
    [InlineData(3f, TemperatureScaling.Least)]
    [InlineData(-3f, TemperatureScaling.Most)]
    public void Where_no_temperature_is_best_the_end_of_the_range_is_taken(float logit, double expected) =>
        Assert.Equal(expected, TemperatureScaling.Fit([logit, -logit], [1, 0], TaskKind.Binary, 1), 1e-9);

    [Fact]
    public void Scores_that_are_no_probabilities_leave_it_blank_with_a_reason()
    {
        var report = Metrics.Compute(new(TaskKind.Multilabel, ["a", "b"], ["x"], [0, 1], [0, 1], [0.2, 1.1]));

        Assert.Null(report.Calibration);
        Assert.Null(report.Brier);
        Assert.Contains("no probabilities", report.Missing["ece"], StringComparison.Ordinal);
        Assert.Contains("no scores", Metrics.Compute(new(TaskKind.Binary, ["a", "b"], ["x"], [0], [0])).Missing["ece"], StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_confidences_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Calibration.Of([], []));
        Assert.Throws<ArgumentException>(() => Calibration.Of([0.5], [true, false]));
        Assert.Throws<ArgumentException>(() => Calibration.Of([double.NaN], [true]));
    }

    private static JsonElement Golden(string task) => GoldenValues.Json("calibration/calibration.json").GetProperty(task);

    private static TaskKind Kind(string task) => Enum.Parse<TaskKind>(task, ignoreCase: true);

    private static int Outputs(string task) => task switch { "binary" => 1, "multiclass" => 4, _ => 3 };

    private static float[] Logits(JsonElement golden) => [.. golden.GetProperty("logits").EnumerateArray()
        .SelectMany(row => row.ValueKind == JsonValueKind.Array ? row.Doubles() : [row.GetDouble()]).Select(v => (float)v)];

    private static int[] Ints(JsonElement y) =>
        [.. y.EnumerateArray().SelectMany(row => row.ValueKind == JsonValueKind.Array ? row.Ints() : [row.GetInt32()])];

    /// <summary>Probabilities in double precision, as the reference has them; logits are float32 in training.</summary>
    private static Predictions Predict(JsonElement golden, string task, double temperature)
    {
        var (kind, outputs, truth) = (Kind(task), Outputs(task), Ints(golden.GetProperty("y")));
        var logits = golden.GetProperty("logits").EnumerateArray()
            .SelectMany(row => row.ValueKind == JsonValueKind.Array ? row.Doubles() : [row.GetDouble()])
            .Select(v => v / temperature).ToArray();
        double[] scores = kind switch
        {
            TaskKind.Multiclass => [.. logits.Chunk(outputs).SelectMany(row => row.Select(v => Math.Exp(v) / row.Sum(Math.Exp)))],
            TaskKind.Binary when temperature == 1 => [.. golden.GetProperty("prob").Doubles().SelectMany(p => (double[])[1 - p, p])],
            TaskKind.Binary => [.. logits.Select(v => 1 / (1 + Math.Exp(-v))).SelectMany(p => (double[])[1 - p, p])],
            _ => [.. logits.Select(v => 1 / (1 + Math.Exp(-v)))],
        };
        int[] said = kind == TaskKind.Multiclass
            ? [.. scores.Chunk(outputs).Select(row => Array.IndexOf(row, row.Max()))]
            : [.. (kind == TaskKind.Binary ? scores.Where((_, i) => i % 2 == 1) : scores).Select(p => p > 0.5 ? 1 : 0)];
        var classes = Enumerable.Range(0, kind == TaskKind.Binary ? 2 : outputs).Select(c => $"c{c}").ToArray();
        var rows = kind == TaskKind.Multilabel ? truth.Length / outputs : truth.Length;
        return new(kind, classes, [.. Enumerable.Range(0, rows).Select(i => $"r{i}")], truth, said, scores);
    }

    private static void AssertEqual(JsonElement golden, Calibration actual)
    {
        Assert.Equal(golden.GetProperty("count").Ints(), actual.Bins.Select(b => b.Count));
        Assert.All(golden.GetProperty("confidence").Doubles().Zip(actual.Bins), p => Assert.Equal(p.First, p.Second.Confidence, 1e-12));
        Assert.All(golden.GetProperty("accuracy").Doubles().Zip(actual.Bins), p => Assert.Equal(p.First, p.Second.Accuracy, 1e-12));
    }
}
