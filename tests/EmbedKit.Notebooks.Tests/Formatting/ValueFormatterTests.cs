using System.Diagnostics.CodeAnalysis;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Notebooks.Formatting;
using EmbedKit.Notebooks.Session;
using EmbedKit.Storage;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET.CSharp;

namespace EmbedKit.Notebooks.Tests.Formatting;

public sealed class ValueFormatterTests
{
    [Fact]
    public void Records_become_a_table_of_their_properties_cut_at_the_row_limit()
    {
        var plain = Plain(Enumerable.Range(0, 31).Select(i => new Row($"r{i}", i / 3.0, null)));
        var lines = plain.Split('\n');
        Assert.Equal("Name   Score  Note", lines[0]);
        Assert.Equal("r1    0.3333", lines[2]);
        Assert.Equal("first 20 of more rows", lines[21]);
        Assert.Contains("first 20 of 31 rows", Plain(Enumerable.Range(0, 31).Select(i => new Row("r", i, null)).ToList()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(30)]
    public void A_table_little_longer_than_the_row_limit_is_shown_whole(int rows)
    {
        var cells = Enumerable.Range(0, rows).Select(i => $"r{i}").ToArray();
        object[] tables =
        [
            cells.Select(c => new Row(c, 0, null)), cells.Select(c => new Row(c, 0, null)).ToList(), cells.ToDictionary(c => c, c => 1),
            new TextTable(["name"], [cells]),
            new DataFrame(new StringDataFrameColumn("name", cells)),
            Deedle.Frame.FromColumns(new Dictionary<string, Deedle.Series<string, int>> { ["v"] = new(cells, new int[rows]) }),
        ];
        Assert.All(tables, t => Assert.Equal(rows + 1, Plain(t).Split('\n').Length));
    }

    [Fact]
    public void Numbers_have_a_true_minus_and_no_negative_zero()
    {
        Assert.Equal(
            "    Item1  Item2\n        0     −3\n     −0.5      0\n−0.000922      1",
            Plain(new List<(double, int)> { (-0.0, -3), (-0.5, 0), (-9.22e-4, 1) }));
    }

    [Fact]
    public void Html_is_escaped_and_numbers_are_aligned_right()
    {
        var html = Html(new[] { new Row("<script>", 0.00001234, "a & b") });
        Assert.Contains(
            "<td>&lt;script&gt;</td><td class=\"number\" style=\"text-align:right\">0.0000123</td><td class=\"short\">a &amp; b</td>", html,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Dictionaries_tuples_and_single_records_read_as_tables()
    {
        Assert.Equal("key  value\na        1\nb        2", Plain(new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }));
        Assert.Equal("Item1  Item2\nx          1", Plain(new List<(string, int)> { ("x", 1) }));
        Assert.Equal("name   value\nName   n\nScore  0.5\nNote\nRow", Plain(new Row("n", 0.5, null)));
    }

    [Fact]
    public void Tables_of_the_library_of_Data_Analysis_and_of_Deedle_show_their_first_rows()
    {
        var table = new TextTable(["image_id", "label_dx"], [["a", "b"], ["nv", "mel"]]);
        Assert.Equal("image_id  label_dx\na         nv\nb         mel", Plain(table));
        Assert.EndsWith(
            "image embeddings of width 3", Plain(new EmbeddingSet(table, new EmbeddingMatrix(2, 3, new float[6]), null)), StringComparison.Ordinal);
        Assert.EndsWith("first 5 of 100 rows", Plain(new EmbeddingMatrix(100, 1000, new float[100_000])), StringComparison.Ordinal);
        var frame = new DataFrame(new StringDataFrameColumn("city", ["x", "y"]), new DoubleDataFrameColumn("cases", [1.5, 2]));
        Assert.Equal("city  cases\nx       1.5\ny         2", Plain(frame));
        var deedle = Deedle.Frame.FromColumns(new Dictionary<string, Deedle.Series<int, double>> { ["v"] = new([7, 8], [0.5, double.NaN]) });
        Assert.Equal("     v\n7  0.5\n8", Plain(deedle));
    }

    [Fact]
    public void A_chart_is_plotly_json_and_html_with_an_id_that_follows_from_it()
    {
        var chart = Chart.Point<int, int, string>(x: [1, 2], y: [3, 4]);
        var (first, again) = (InCell(() => Format(chart)), InCell(() => Format(chart)));
        Assert.Equal(first, again);
        Assert.Equal([ChartFormat.MimeType, "text/html", "text/plain"], first.Select(d => d.Key));
        Assert.NotEqual(first[1].Value, InCell(() => (Format(chart), Format(chart)).Item2)[1].Value);
    }

    [Fact]
    public void A_chart_never_loads_its_script_by_the_formatter_that_Plotly_brings()
    {
        var chart = Chart.Point<int, int, string>(x: [1, 2], y: [3, 4]);
        Assert.DoesNotContain("https://", InCell(() => Format(chart, "text/html")).Single().Value, StringComparison.Ordinal);
        Assert.Equal(2, Html(new List<Plotly.NET.GenericChart> { chart, chart }).Split("class=\"figure\"").Length - 1);
    }

    [Fact]
    public void A_lazy_sequence_is_read_once_for_all_its_texts_and_anew_when_it_is_shown_again()
    {
        var read = 0;
        var lazy = Enumerable.Range(0, 2).Select(i => new Row($"{++read}", i, null));
        Assert.Equal(2, Format(lazy).Count);
        Assert.Equal(2, read);
        Assert.Contains("3", Plain(lazy), StringComparison.Ordinal);
        Assert.Equal(4, read);
    }

    [Fact]
    public void An_image_is_shown_as_png()
    {
        var data = Format(new RgbImage(2, 2, new byte[12]));
        Assert.StartsWith("iVBORw0KGgo", data.Single(d => d.Key == "image/png").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Formatters_of_the_notebook_and_of_the_type_itself_come_first()
    {
        Formatter.Register<Registered>(r => "mine: " + r.Value, "text/html");
        Assert.Equal("mine: 5", Html(new Registered(5)));
        Assert.Equal("<i>own</i>", Html(new Convention()));
    }

    [Fact]
    public void Nothing_and_text_are_plain()
    {
        Assert.Equal([new("text/plain", "a\nb")], Format("a\nb"));
        Assert.Equal("<null>", Plain(null));
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Format(object? value, params string[] mimeTypes)
    {
        NotebookViews.RegisterAll();
        return ValueFormatter.Bundle(FormattedValue.CreateManyFromObject(value, mimeTypes));
    }

    private static IReadOnlyList<KeyValuePair<string, string>> InCell(Func<IReadOnlyList<KeyValuePair<string, string>>> format)
    {
        var figures = 0;
        IReadOnlyList<KeyValuePair<string, string>> data = [];
        var cell = new Thread(() =>
        {
            new CellScope(_ => { }, () => ++figures).Enter();
            data = format();
        });
        cell.Start();
        cell.Join();
        return data;
    }

    private static string Plain(object? value) => Format(value).Single(d => d.Key == "text/plain").Value;

    private static string Html(object value) => Format(value).Single(d => d.Key == "text/html").Value;

    private sealed record Row(string Name, double Score, string? Note);

    private sealed record Registered(int Value);

    [TypeFormatterSource(typeof(Source))]
    private sealed record Convention;

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class TypeFormatterSourceAttribute(Type source) : Attribute
    {
        public Type FormatterSourceType => source;
    }

    [SuppressMessage("Performance", "CA1822", Justification = "The convention calls instance members.")]
    private sealed class Source
    {
        public IEnumerable<object> CreateTypeFormatters() => [new OwnFormatter()];
    }

    [SuppressMessage("Performance", "CA1822", Justification = "The convention calls instance members.")]
    private sealed class OwnFormatter
    {
        public string MimeType => "text/html";

        public bool Format(object value, TextWriter writer)
        {
            writer.Write("<i>own</i>");
            return true;
        }
    }
}
