using System.Text.Json;
using CsCheck;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Evaluation;

public class MetricsTests
{
    private static readonly string[] Inputs = ["y", "prob", "score", "pred"];

    [Fact]
    public void Multiclass_equals_scikit_learn()
    {
        var golden = GoldenValues.Json("metrics.json").GetProperty("multiclass");
        AssertEqual(golden, Metrics.Compute(Single(golden, TaskKind.Multiclass, 6, Flat(golden.GetProperty("prob")))));
    }

    [Fact]
    public void Binary_with_ties_equals_scikit_learn()
    {
        var golden = GoldenValues.Json("metrics.json").GetProperty("binary_with_ties");
        double[] scores = [.. golden.GetProperty("score").Doubles().SelectMany(s => (double[])[1 - s, s])];
        AssertEqual(golden, Metrics.Compute(Single(golden, TaskKind.Binary, 2, scores)));
    }

    [Fact]
    public void Binary_without_a_positive_prediction_equals_scikit_learn()
    {
        var golden = GoldenValues.Json("metrics.json").GetProperty("binary_zero_positive_predictions");
        AssertEqual(golden, Metrics.Compute(Single(golden, TaskKind.Binary, 2, null)));
    }

    [Fact]
    public void Multilabel_equals_scikit_learn()
    {
        var golden = GoldenValues.Json("metrics.json").GetProperty("multilabel");
        var truth = golden.GetProperty("y").EnumerateArray().SelectMany(r => r.Ints()).ToArray();
        var predicted = golden.GetProperty("pred").EnumerateArray().SelectMany(r => r.Ints()).ToArray();
        var p = new Predictions(TaskKind.Multilabel, Names(5), Names(truth.Length / 5), truth, predicted, Flat(golden.GetProperty("score")));
        AssertEqual(golden, Metrics.Compute(p));
    }

    [Fact]
    public void An_absent_class_stays_in_macro_f1_and_leaves_auc_blank_with_a_reason()
    {
        var golden = GoldenValues.Json("metrics.json").GetProperty("absent_class_2_of_4");
        var scores = golden.GetProperty("pred").Ints().SelectMany(p => Enumerable.Range(0, 4).Select(c => c == p ? 0.7 : 0.1)).ToArray();
        var report = Metrics.Compute(Single(golden, TaskKind.Multiclass, 4, scores));

        Assert.Equal(golden.GetProperty("macro_f1_labels_0_3").GetDouble(), report.MacroF1, 1e-12);
        Assert.Equal(golden.GetProperty("macro_f1_onehot_paper").GetDouble(), report.MacroF1, 1e-12);
        Assert.Null(report.RocAuc);
        Assert.Null(report.RocAucOneVsOne);
        Assert.Contains("c2 (0 of 60 rows)", report.Missing["auc"], StringComparison.Ordinal);
        Assert.All(report.PerClass, c => Assert.Equal(c.Class == "c2", c.RocAuc is null));
    }

    [Fact]
    public void Metrics_do_not_depend_on_the_order_of_rows() =>
        (from y in Gen.Int[0, 2].Array[40]
         from z in Gen.Int[0, 2].Array[40]
         from s in Gen.Int[0, 9].Select(i => i / 10.0).Array[120]
         from order in Gen.Shuffle(Enumerable.Range(0, 40).ToArray())
         select (y, z, s, order)).Sample(
            x =>
            {
                var plain = Metrics.Compute(new(TaskKind.Multiclass, Names(3), Names(40), x.y, x.z, x.s));
                var shuffled = Metrics.Compute(new(
                    TaskKind.Multiclass, Names(3), Names(40), [.. x.order.Select(i => x.y[i])], [.. x.order.Select(i => x.z[i])],
                    [.. x.order.SelectMany(i => x.s[(3 * i)..(3 * (i + 1))])]));
                Assert.Equal(plain.RocAuc ?? -1, shuffled.RocAuc ?? -1, 1e-12);
                Assert.Equal(plain.MacroF1, shuffled.MacroF1, 1e-12);
                Assert.Equal(plain.LogLoss!.Value, shuffled.LogLoss!.Value, 1e-12);
            },
            iter: 200,
            threads: 1);

    /// <summary>JSON has no word for NaN, so that one could not be written.</summary>
    [Fact]
    public void No_rows_whatever_give_a_NaN() =>
        (from task in Gen.Enum<TaskKind>()
         from rows in Gen.Int[1, 6]
         from constant in Gen.Bool
         let classes = task == TaskKind.Binary ? 2 : 3
         let width = task == TaskKind.Multilabel ? classes : 1
         let label = Gen.Int[0, constant ? 0 : task == TaskKind.Multilabel ? 1 : classes - 1]
         from y in label.Array[rows * width]
         from z in label.Array[rows * width]
         from s in Gen.OneOf(Gen.Const(0.0), Gen.Const(1.0), Gen.Double[0, 1]).Array[rows * classes]
         select new Predictions(task, Names(classes), Names(rows), y, z, s)).Sample(
            p => Assert.DoesNotContain("NaN", JsonSerializer.Serialize(Metrics.Compute(p).ToNamed()), StringComparison.Ordinal), iter: 500,
            threads: 1);

    [Fact]
    public void Scores_that_are_no_probabilities_give_auc_but_no_log_loss()
    {
        var report = Metrics.Compute(new(TaskKind.Binary, Names(2), Names(4), [0, 0, 1, 1], [0, 1, 1, 1], [2, -2, -1, 1, 1, -1, -3, 3]));

        Assert.Equal(0.75, report.RocAuc!.Value, 1e-12);
        Assert.Null(report.LogLoss);
        Assert.Contains("no probabilities", report.Missing["log_loss"], StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_predictions_are_refused()
    {
        Assert.Contains(
            "expected 0…1", Assert.Throws<InputException>(() => new Predictions(TaskKind.Binary, Names(2), Names(1), [2], [0])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "row 3 (c1)",
            Assert.Throws<InputException>(() => new Predictions(TaskKind.Binary, Names(2), Names(2), [0, 1], [0, 1], [0, 1, double.NaN, 1])).Message,
            StringComparison.Ordinal);
        Assert.Throws<InputException>(() => new Predictions(TaskKind.Binary, Names(2), [], [], []));
        Assert.Contains(
            "no true labels", Assert.Throws<InputException>(() => Metrics.Compute(new(TaskKind.Binary, Names(2), Names(1), null, [0]))).Message,
            StringComparison.Ordinal);
    }

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"c{i}")];

    private static double[] Flat(JsonElement rows) => [.. rows.EnumerateArray().SelectMany(r => r.Doubles())];

    private static Predictions Single(JsonElement golden, TaskKind task, int classes, double[]? scores)
    {
        var truth = golden.GetProperty("y").Ints();
        return new(task, Names(classes), Names(truth.Length), truth, golden.GetProperty("pred").Ints(), scores);
    }

    /// <summary>Every key of the golden case must be there under the same name, equal to 1e-12.</summary>
    private static void AssertEqual(JsonElement golden, MetricReport report)
    {
        var named = JsonSerializer.SerializeToElement(report.ToNamed());
        var compared = 0;
        foreach (var property in golden.EnumerateObject().Where(p => !Inputs.Contains(p.Name)))
        {
            Assert.True(named.TryGetProperty(property.Name, out var actual), $"no {property.Name}");
            AssertEqual(property.Name, property.Value, actual);
            compared++;
        }

        Assert.True(compared >= 10);
    }

    private static void AssertEqual(string name, JsonElement expected, JsonElement actual)
    {
        if (expected.ValueKind == JsonValueKind.Array)
        {
            Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
            for (var i = 0; i < expected.GetArrayLength(); i++)
            {
                AssertEqual($"{name}[{i}]", expected[i], actual[i]);
            }

            return;
        }

        Assert.True(Math.Abs(expected.GetDouble() - actual.GetDouble()) < 1e-12, $"{name}: {actual} instead of {expected}");
    }
}
