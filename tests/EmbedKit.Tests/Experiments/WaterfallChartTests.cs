using System.Text.Json;
using EmbedKit.Charts;
using EmbedKit.Evaluation;
using EmbedKit.Experiments;
using Plotly.NET;

namespace EmbedKit.Tests.Experiments;

public sealed class WaterfallChartTests
{
    private const string Made = "made up for a test";

    /// <summary>F1 that falls by one point a closed leak, and not at all by the AUC.</summary>
    private static LeakResult[] Ladder(string fusion, string task = "t") => [.. LeakStep.All.Select(step => new LeakResult
    {
        Task = task,
        Encoder = "e",
        Fusion = fusion,
        Step = step,
        TrainRows = 80,
        TestRows = 20,
        TestGroups = 20,
        Accuracy = 0.5,
        MacroF1 = F1(step),
        Interval = new(F1(step) - 0.05, F1(step) + 0.05, 0.95, 2000, IntervalMethod.Bca),
        Auc = null,
        Lambda = 0,
        Epoch = 1,
        Seeds = 2,
        Change = step.From is { } from ? F1(step) - F1(LeakStep.All[from]) : 0,
        ChangeInterval = step.From is null ? null : new(-0.02, -0.005, 0.95, 2000, IntervalMethod.Bca),
    })];

    private static double F1(LeakStep step) =>
        0.8 - (0.01 * Enum.GetValues<Leaks>().Count(l => l is not (Leaks.None or Leaks.All or Leaks.Auc) && !step.Open.HasFlag(l)));

    [Fact]
    public void Bars_hang_from_the_step_before_and_end_at_the_leak_free_score()
    {
        var chart = JsonDocument.Parse(ChartHtml.Json(WaterfallChart.Create(Ladder("early"), Made))).RootElement;
        var data = chart.GetProperty("data").EnumerateArray().ToDictionary(t => t.GetProperty("name").GetString()!);
        Assert.Equal(["published", "leak-free"], Texts(data["protocol"], "y"));
        Assert.Equal(
            ["validation set aside", "leak-free text", "grouped split", "gap of training rows", "epoch by validation", "λ by validation"],
            Texts(data["falls"], "y"));
        Assert.All(Numbers(data["falls"], "x"), x => Assert.Equal(-0.01, x, 9));
        Assert.All(Numbers(data["falls"], "base").Zip([0.8, 0.79, 0.78, 0.77, 0.76, 0.75]), p => Assert.Equal(p.Second, p.First, 9));
        Assert.Empty(Texts(data["rises"], "y"));
        Assert.Equal(5, Texts(data["this correction alone"], "y").Length);
        Assert.All(Numbers(data["this correction alone"], "x"), x => Assert.Equal(0.78, x, 9));

        var layout = chart.GetProperty("layout");
        Assert.Contains($">{Made}", layout.GetProperty("title").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("leak-free <b>0.740</b>", Texts(layout.GetProperty("yaxis"), "ticktext")[^1]);
        Assert.Equal("grouped split <b>−1.0</b>", Texts(layout.GetProperty("yaxis"), "ticktext")[3]);
        Assert.Equal("macro-F1 (0–1), test rows, early fusion", layout.GetProperty("xaxis").GetProperty("title").GetProperty("text").GetString());
    }

    [Fact]
    public void Fusions_take_a_panel_each_and_the_same_bytes_come_twice()
    {
        LeakResult[] both = [.. Ladder("early"), .. Ladder("late")];
        var layout = JsonDocument.Parse(ChartHtml.Json(WaterfallChart.Create(both, Made))).RootElement.GetProperty("layout");
        Assert.Equal("macro-F1 (0–1), test rows, late fusion", layout.GetProperty("xaxis2").GetProperty("title").GetProperty("text").GetString());
        Assert.True(
            layout.GetProperty("yaxis2").GetProperty("domain")[1].GetDouble() < layout.GetProperty("yaxis").GetProperty("domain")[0].GetDouble());
        Assert.Equal(ChartHtml.Div(WaterfallChart.Create(both, Made), "x"), ChartHtml.Div(WaterfallChart.Create(both, Made), "x"));
    }

    [Fact]
    public void Ladders_of_two_tasks_are_not_drawn_as_one()
    {
        Assert.Throws<ArgumentException>(() => WaterfallChart.Create([.. Ladder("early"), .. Ladder("early", "other")], Made));
        Assert.Throws<ArgumentException>(() => WaterfallChart.Create([], Made));
        Assert.Throws<ArgumentException>(() => WaterfallChart.Create(Ladder("early"), " "));
    }

    [Fact]
    public void Words_name_the_step_that_falls_most_and_those_whose_interval_leaves_out_0()
    {
        var ladder = Ladder("early").Select(r => r.Step.Name == "grouped split" ? r with { Change = -0.02 } : r with { ChangeInterval = null })
            .ToArray();
        Assert.Equal(
            "the published protocol reads 0.800 (0.750–0.850); without leaks 0.740 (0.690–0.790). The step that falls most is “grouped split”: "
                + "−2.0 points (−2.0 to −0.5); alone, from the published "
            + "protocol, −2.0 points (−2.0 to −0.5). Intervals that leave out 0: “grouped split” −2.0 points (−2.0 to −0.5).",
            LeakFindings.Summary(ladder));
        Assert.EndsWith(
            "The grouped test rows belong to 20 groups, too few (below 10) for an interval. No step falls. No step's interval leaves out 0.",
            LeakFindings.Summary([.. ladder.Select(r => r with { Change = 0, Interval = null, ChangeInterval = null })]), StringComparison.Ordinal);
    }

    private static string[] Texts(JsonElement part, string name) => [.. part.GetProperty(name).EnumerateArray().Select(v => v.GetString()!)];

    private static double[] Numbers(JsonElement part, string name) => [.. part.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
}
