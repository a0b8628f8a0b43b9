using System.Text.Json;
using EmbedKit.Charts;
using EmbedKit.Data;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;
using Plotly.NET;

namespace EmbedKit.Tests.Charts;

public sealed class AuditChartsTests
{
    private const string Made = "made up for a test";

    /// <summary>80 rows in pairs; the text repeats <c>told</c>, which is the class, and not <c>other</c>.</summary>
    private static AuditReport Report()
    {
        int[] rows = [.. Enumerable.Range(0, 80)];
        string[] Column(Func<int, string> cell) => [.. rows.Select(cell)];
        string Class(int r) => r / 2 % 4 == 0 ? "ill" : "well";
        return LeakAudit.Run(
            new(
                ["image_id", "text", "label_a", "group_id", "split", "told", "other"],
                [
                    Column(r => $"i{r}"), Column(r => $"seen {Class(r)} today"), Column(Class), Column(r => $"g{r / 2}"),
                    Column(r => r / 2 % 5 == 0 ? "test" : "train"), Column(Class),
                    Column(r => r % 3 == 0 ? "x" : "y"),
                ]),
            null, new RandomStreams(0));
    }

    private static readonly Dictionary<string, Func<string, GenericChart>> Figures = new()
    {
        ["balance"] = p => AuditCharts.Balance(Report(), "label_a", p),
        ["fields"] = p => AuditCharts.Fields(Report(), "label_a", p),
        ["sharing"] = p => AuditCharts.Sharing([new("real", "published", 1, 4), new("demo", "leak-free", 0, 4)], p),
    };

    public static TheoryData<string> Names => [.. Figures.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_figure_says_where_its_data_come_from_and_is_the_same_bytes_twice(string name)
    {
        Assert.Contains(
            $">{Made}", Json(Figures[name](Made)).GetProperty("layout").GetProperty("title").GetProperty("text").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(ChartHtml.Div(Figures[name](Made), "x"), ChartHtml.Div(Figures[name](Made), "x"));
        Assert.Throws<ArgumentException>(() => Figures[name](" "));
    }

    [Fact]
    public void Shares_of_a_side_add_up_to_one_and_rows_are_written_in()
    {
        foreach (var side in Data("balance"))
        {
            Assert.Equal(1, side.GetProperty("y").EnumerateArray().Sum(v => v.GetDouble()), 9);
        }

        Assert.Equal(
            64,
            Data("balance")[0].GetProperty("text").EnumerateArray()
                .Sum(v => int.Parse(v.GetString()!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("1 of 4", Data("sharing")[0].GetProperty("text")[0].GetString());
        Assert.Equal(0.25, Data("sharing")[0].GetProperty("y")[0].GetDouble());
    }

    [Fact]
    public void Fields_that_the_text_repeats_stand_apart_from_the_others_each_with_its_chance()
    {
        var data = Data("fields").ToDictionary(t => t.GetProperty("name").GetString()!);
        Assert.Equal(["told"], data["written into the text"].GetProperty("y").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal("1.00", data["written into the text"].GetProperty("text")[0].GetString());
        Assert.Equal(["other"], data["not in the text"].GetProperty("y").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal(2, data["labels exchanged"].GetProperty("x").GetArrayLength());
        var ends = Json(Figures["fields"](Made)).GetProperty("layout").GetProperty("xaxis").GetProperty("range").EnumerateArray()
            .Select(v => v.GetDouble()).ToArray();
        Assert.True(ends[0] < 0.5 && ends[1] > 1, "numbers at the ends of bars need room");
    }

    [Fact]
    public void Nothing_to_draw_is_said()
    {
        Assert.Throws<ArgumentException>(() => AuditCharts.Balance(Report(), "label_b", Made));
        Assert.Throws<ArgumentException>(() => AuditCharts.Fields(Report(), "label_b", Made));
        Assert.Throws<ArgumentException>(() => AuditCharts.Sharing([], Made));
        Assert.Throws<ArgumentException>(() => AuditCharts.Sharing([new("d", "published", 0, 0)], Made));
    }

    private static JsonElement Json(GenericChart chart) => JsonDocument.Parse(ChartHtml.Json(chart)).RootElement;

    private static JsonElement[] Data(string name) => [.. Json(Figures[name](Made)).GetProperty("data").EnumerateArray()];
}
