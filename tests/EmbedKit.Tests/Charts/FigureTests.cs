using System.Text.Json;
using EmbedKit.Charts;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Experiments;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tests.Experiments;
using Plotly.NET;

namespace EmbedKit.Tests.Charts;

public sealed class FigureTests
{
    private const string Made = "made up for a test";

    public static TheoryData<string> Names => [.. Figures().Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_figure_says_where_its_data_come_from_and_is_the_same_bytes_twice(string name)
    {
        Assert.Contains($">{Made}", Layout(Figures()[name](Made)).GetProperty("title").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(ChartHtml.Div(Figures()[name](Made), "x"), ChartHtml.Div(Figures()[name](Made), "x"));
        Assert.Throws<ArgumentException>(() => Figures()[name](" "));
    }

    [Theory]
    [InlineData("sweep", "λ (0: not shifted, 1: means coincide)", "macro-F1 (0–1)")]
    [InlineData("gap", "λ (0: not shifted, 1: means coincide)", "gap length ‖g‖ (unit vectors)")]
    [InlineData("pca", "PC 1 (60 % of variance)", "PC 2 (12.5 %)")]
    [InlineData("confusion", "predicted class", "true class")]
    [InlineData("cone", "cosine similarity", "share of pairs")]
    [InlineData("band", "λ (0: not shifted, 1: means coincide)", "early: macro-F1 (0–1)")]
    [InlineData("verdict", "change of macro-F1 (points)", "")]
    [InlineData("bars", "", "macro-F1 (0–1), test rows")]
    [InlineData("efficiency", "MiB", "")]
    public void Axes_are_titled_with_their_units(string name, string x, string y)
    {
        var layout = Layout(Figures()[name](Made));
        Assert.Equal(x, layout.GetProperty("xaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal(y, layout.GetProperty("yaxis").GetProperty("title").GetProperty("text").GetString());
    }

    [Fact]
    public void A_sweep_shows_mean_and_band_over_seeds_of_the_asked_split_only()
    {
        var data = Data(SweepChart.Create(SweepTables.EarlyAndLate(), Made));
        Assert.Equal(["early band", "early", "late band", "late"], data.Select(t => t.GetProperty("name").GetString()));
        Assert.Equal([-1, -0.5, 0, 0.5, 1], Numbers(data[1], "x"));
        Assert.All(Numbers(data[1], "y").Zip([0.71, 0.785, 0.81, 0.785, 0.71]), p => Assert.Equal(p.Second, p.First, 9));
        Assert.All(
            Numbers(data[0], "y").Zip([0.72, 0.795, 0.82, 0.795, 0.72, 0.70, 0.775, 0.8, 0.775, 0.70]), p => Assert.Equal(p.Second, p.First, 9));
    }

    [Fact]
    public void A_band_of_one_standard_deviation_is_the_sample_one()
    {
        var curve = SweepCurve.Read(SweepTables.EarlyAndLate(), "f1_macro", band: SweepBand.StandardDeviation)[0];
        Assert.All(curve.Points, p => Assert.Equal(0.01, p.High - p.Mean, 9));
        Assert.All(curve.Points, p => Assert.Equal(3, p.Runs));
    }

    [Fact]
    public void Rows_without_lambda_lie_on_no_curve()
    {
        var table = SweepTables.FromRows(
            ["fusion", "aligner", "lambda", "split", "f1_macro"],
            [["early", "center", "", "test", "0.9"], ["early", "gap-shift", "0", "test", "0.5"]]);

        Assert.Equal(0.5, Assert.Single(Assert.Single(SweepCurve.Read(table, "f1_macro")).Points).Mean);
    }

    [Fact]
    public void What_goes_with_the_fusion_is_not_named_again() =>
        Assert.Equal(["early", "late"], SweepCurve.Read(SweepTables.FromRows(["fusion", "hidden", "lambda", "split", "f1_macro"],
            [["early", "128", "0", "test", "0.5"], ["late", "64", "0", "test", "0.6"]]), "f1_macro").Select(c => c.Name));

    [Fact]
    public void Rows_of_different_experiments_are_never_averaged()
    {
        string[] names = ["fusion", "encoder", "sigma", "lambda", "split", "f1_macro"];
        var table = SweepTables.FromRows(names,
            [["early", "clip", "0", "0", "test", "0.5"], ["early", "dino", "0", "0", "test", "0.7"], ["early", "dino", "0.1", "0", "test", "0.9"]]);
        Assert.Equal(
            [("early · clip · σ = 0", 0.5), ("early · dino · σ = 0", 0.7), ("early · dino · σ = 0.1", 0.9)],
            SweepCurve.Read(table, "f1_macro").Select(c => (c.Name, c.Points[0].Mean)));
    }

    [Theory]
    [InlineData("test", "nought", "sweep.csv row 2: 'nought' in column 'f1_macro'")]
    [InlineData("test", "NaN", "sweep.csv row 2: 'NaN' in column 'f1_macro'")]
    [InlineData("val", "0.5", "no row with split 'test'")]
    public void A_sweep_that_cannot_be_drawn_is_refused_by_row_and_column(string split, string f1, string message)
    {
        var table = SweepTables.FromRows(["fusion", "lambda", "split", "f1_macro"], [["early", "0", split, f1]]);
        Assert.Contains(message, Assert.Throws<InputException>(() => SweepChart.Create(table, Made)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Published_curves_are_grey_dashed_and_named_with_their_paper()
    {
        var published = PublishedNumbers.Load().AlignmentCurves("ham10000", "clip", "early").Where(c => c.Points.Count == 21).ToArray();
        var data = Data(SweepChart.Create(SweepTables.EarlyAndLate(), Made, new() { Published = published }));
        var trace = Assert.Single(data, t => t.GetProperty("name").GetString()!.StartsWith("published (arXiv 2406.02601)", StringComparison.Ordinal));
        Assert.Equal("dash", trace.GetProperty("line").GetProperty("dash").GetString());
        Assert.Equal(21, Numbers(trace, "y").Length);
    }

    [Fact]
    public void Metrics_take_a_panel_each_and_a_line_at_no_shift()
    {
        var chart = SweepChart.Create(SweepTables.EarlyAndLate(), Made, new() { Metrics = ["f1_macro", "accuracy"] });
        Assert.Equal("accuracy (0–1)", Layout(chart).GetProperty("yaxis2").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal(2, Layout(chart).GetProperty("shapes").GetArrayLength());
        Assert.Equal(2, Data(chart).Count(t => t.GetProperty("showlegend").GetBoolean()));
    }

    [Fact]
    public void Planes_before_and_after_share_one_scale()
    {
        var layout = Layout(Figures()["pca"](Made));
        Assert.Equal(layout.GetProperty("xaxis").GetProperty("range").GetRawText(), layout.GetProperty("xaxis2").GetProperty("range").GetRawText());
        var arrow = layout.GetProperty("annotations")[0];
        Assert.Equal((-1.0, 1.0), (arrow.GetProperty("ax").GetDouble(), arrow.GetProperty("x").GetDouble()));
    }

    [Fact]
    public void A_plane_and_cosines_come_straight_from_embeddings()
    {
        // Two modalities of different width, each on its own axis: far apart between, close within.
        var ids = Enumerable.Range(0, 10).Select(i => $"row{i}").ToArray();
        var image = new EmbeddingMatrix(10, 4, [.. ids.SelectMany((_, i) => new[] { 5f, 0.01f * i, 0, 0 })]);
        var text = new EmbeddingMatrix(10, 2, [.. ids.SelectMany((_, i) => new[] { 0.01f * i, 3f })]);
        var set = new EmbeddingSet(new TextTable(["image_id"], [ids]), image, text);

        var plane = ModalityPlane.Of("before", set, rows: 6);
        Assert.Equal((6, 6), (plane.Image.Count, plane.Text.Count));
        Assert.True(Math.Abs(plane.Image.Average(p => p.X) - plane.Text.Average(p => p.X)) > 1);
        Assert.InRange(plane.ExplainedVariance.First, 0.99, 1);

        var cosines = PairwiseCosines.Of(set, rows: 6);
        Assert.Equal((15, 15, 36), (cosines.WithinImage.Count, cosines.WithinText.Count, cosines.Between!.Count));
        Assert.All(cosines.WithinImage, c => Assert.InRange(c, 0.99, 1.00001));
        Assert.All(cosines.Between!, c => Assert.InRange(c, -1, 0.5));
        Assert.NotEmpty(ChartHtml.Json(ConeChart.Create(cosines, Made)));
    }

    [Fact]
    public void The_gap_is_one_curve_a_setting_whatever_the_fusion()
    {
        var trace = Assert.Single(Data(Figures()["gap"](Made)));
        Assert.All(Numbers(trace, "y").Zip([1.6, 1.2, 0.8, 0.4, 0]), p => Assert.Equal(p.Second, p.First, 9));
    }

    [Fact]
    public void Savings_are_written_as_ratio_and_percentage()
    {
        var data = Data(Figures()["efficiency"](Made));
        Assert.Equal("2  (÷ 50, −98 %)", data[1].GetProperty("text")[0].GetString());
        Assert.Throws<ArgumentException>(() => EfficiencyChart.Create([new("time", "s", 0, 1)], Made));
    }

    [Fact]
    public void A_class_without_rows_has_no_shares()
    {
        var shares = Data(Figures()["confusion"](Made))[0].GetProperty("z");
        Assert.Equal(0.75, shares[0][0].GetDouble());
        Assert.Equal(JsonValueKind.Null, shares[1][0].ValueKind);
        Assert.Throws<ArgumentException>(() => ConfusionMatrixChart.Create(["a"], ConfusionMatrix.Count([0], [1], 2), Made));
    }

    [Fact]
    public void Shares_of_pairs_add_up_to_one()
    {
        Assert.All(Data(Figures()["cone"](Made)), t => Assert.Equal(1, Numbers(t, "y").Sum(), 3));
        Assert.Throws<ArgumentException>(() => ConeChart.Create(new([1.5], [0], null), Made));
    }

    [Fact]
    public void A_bar_outside_its_whiskers_is_refused() =>
        Assert.Throws<ArgumentException>(() => FusionBarChart.Create([new("early", "reproduced", 0.5, 0.6, 0.7)], Made));

    [Fact]
    public void A_band_chart_shows_the_interval_no_shift_and_each_null_behind_the_curve()
    {
        var data = Data(Figures()["band"](Made));
        Assert.Equal(
            ["early 95 % interval", "λ = 0: identity", "null: random direction", "early"], data.Select(t => t.GetProperty("name").GetString()));
        var point = Curves()[0].Points[^1];
        Assert.Equal((point.Interval.High, point.MacroF1), (Numbers(data[0], "y")[2], Numbers(data[3], "y")[2]));
        Assert.Throws<ArgumentException>(() => SweepBandChart.Create([.. Curves(), .. Curves()], [], Made));
    }

    [Fact]
    public void A_verdict_is_drawn_in_points_with_its_interval_beside_the_claim()
    {
        var data = Data(Figures()["verdict"](Made));
        Assert.Equal(
            ["best λ when λ does nothing (mean to 95 %)", "best λ on the test rows: the claim", "λ from validation rows: better or worse"],
            data.Select(t => t.GetProperty("name").GetString()));
        Assert.Equal(33.333, Numbers(data[2], "x").Single());
        Assert.Equal("made up<br>clip, early", data[2].GetProperty("y")[0].GetString());
        Assert.Throws<ArgumentException>(() => SweepVerdictChart.Create(Verdicts(), [], Made));
    }

    [Fact]
    public void From_too_few_groups_no_interval_is_drawn()
    {
        var sweep = MadeUpSweep.Of(60, 1, (m, _, i) => m.Lambda < 1 && i % 3 == 0, groupSize: 12);
        var curves = LambdaCurve.Of(sweep, new(1), 100);
        var band = SweepBandChart.Create(curves, [], Made);
        Assert.DoesNotContain(Data(band), t => t.GetProperty("name").GetString()!.Contains("interval", StringComparison.Ordinal));
        Assert.Contains(
            "5 groups, too few for a band",
            Layout(band).GetProperty("title").GetProperty("text").GetString()!.Replace("<br>", " ", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Contains(Data(SweepBandChart.Create(Curves(), [], Made)), t => t.GetProperty("name").GetString() == "early 95 % interval");

        bool Drawn(SweepPredictions of) =>
            Data(SweepVerdictChart.Create([AlignmentVerdicts.Of(of, new(1), "made up, clip")[0]], LambdaCurve.Of(of, new(1), 100), Made))[^1]
            .GetProperty("error_x").GetProperty("visible").GetBoolean();
        Assert.Equal((false, true), (Drawn(sweep), Drawn(Mended())));
    }

    private static SweepPredictions Mended() => MadeUpSweep.Of(60, 2, (m, _, i) => m.Lambda < 1 && i % 3 == 0);

    private static IReadOnlyList<LambdaCurve> Curves() => LambdaCurve.Of(Mended(), new(1), 100);

    private static IReadOnlyList<AlignmentVerdict> Verdicts() => [AlignmentVerdicts.Of(Mended(), new(1), "made up, clip")[0]];

    private static TextTable Null() =>
        SweepTables.FromRows(
            ["fusion", "aligner", "lambda", "split", "f1_macro"],
            [["early", "random-direction", "-1", "test", "0.5"], ["early", "random-direction", "1", "test", "0.6"]]);

    private static Dictionary<string, Func<string, GenericChart>> Figures() => new()
    {
        ["sweep"] = p => SweepChart.Create(SweepTables.EarlyAndLate(), p),
        ["gap"] = p => GapChart.Create(SweepTables.EarlyAndLate(), p),
        ["pca"] = p => ModalityPcaChart.Create(
            [new("before", [(1, 0), (1, 2)], [(-1, 0)], (0.6, 0.125)), new("after", [(0.1, 0)], [(-0.1, 0)], (0.5, 0.2))], p),
        ["efficiency"] = p => EfficiencyChart.Create([new("training data, one epoch", "MiB", 100, 2), new("training, one epoch", "s", 3, 4)], p),
        ["confusion"] = p => ConfusionMatrixChart.Create(["a", "b"], ConfusionMatrix.Count([0, 0, 0, 0], [0, 0, 1, 0], 2), p),
        ["cone"] = p => ConeChart.Create(new([0.9, 0.8, 1], [-0.2, 0.3], [0, 0.01]), p),
        ["band"] = p => SweepBandChart.Create(Curves(), [Null()], p),
        ["verdict"] = p => SweepVerdictChart.Create(Verdicts(), Curves(), p),
        ["bars"] = p => FusionBarChart.Create([new("early", "published", 0.71, 0.71, 0.71), new("early", "leak-free", 0.5, 0.45, 0.6)], p),
    };

    private static JsonElement Layout(GenericChart chart) => Json(chart).GetProperty("layout");

    private static JsonElement[] Data(GenericChart chart) => [.. Json(chart).GetProperty("data").EnumerateArray()];

    private static JsonElement Json(GenericChart chart) => JsonDocument.Parse(ChartHtml.Json(chart)).RootElement;

    private static double[] Numbers(JsonElement trace, string name) => [.. trace.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
}
