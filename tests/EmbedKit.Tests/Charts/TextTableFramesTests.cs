using System.Globalization;
using Deedle;
using EmbedKit.Charts;
using EmbedKit.Data;
using Microsoft.Data.Analysis;

namespace EmbedKit.Tests.Charts;

public class TextTableFramesTests
{
    private static readonly TextTable Mixed = new(
        ["image_id", "f1", "mixed", "empty", "code", "odd", "note"],
        [["1", "2"], ["0.5", ""], ["1", "x"], ["", ""], ["007", "12"], ["NaN", "1"], ["", "seen"]]);

    private static readonly string[] NumberColumns = ["f1"];

    [Fact]
    public void Columns_of_numbers_become_doubles_with_null_for_empty_cells_and_names_stay_text()
    {
        var frame = Mixed.ToDataFrame();
        Assert.Equal(NumberColumns, frame.Columns.Where(c => c.DataType == typeof(double)).Select(c => c.Name));
        Assert.Equal([0.5, null], ((DoubleDataFrameColumn)frame["f1"]).ToArray());
        Assert.Equal(["007", "12"], ((StringDataFrameColumn)frame["code"]).ToArray());
        Assert.Equal([null, "seen"], ((StringDataFrameColumn)frame["note"]).ToArray());
    }

    [Theory]
    [InlineData("0.5", true)]
    [InlineData("-3", true)]
    [InlineData("12.0", true)]
    [InlineData("1E-07", true)]
    [InlineData("1e-07", true)]
    [InlineData("123456789012345", true)]
    [InlineData("1234567890123456789", false)]
    [InlineData("9007199254740993", false)]
    [InlineData("0.12345678901234567890", false)]
    [InlineData("007", false)]
    [InlineData("00.5", false)]
    [InlineData(".5", false)]
    [InlineData("5.", false)]
    [InlineData("1E5", false)]
    [InlineData("1e5", false)]
    [InlineData("2E7", false)]
    [InlineData("+1", false)]
    [InlineData("1.10", false)]
    [InlineData("-0", false)]
    [InlineData(" 5", false)]
    [InlineData("NaN", false)]
    [InlineData("Infinity", false)]
    [InlineData("1e999", false)]
    [InlineData("2016-01-03", false)]
    [InlineData("True", false)]
    [InlineData("1,000", false)]
    public void A_column_is_of_numbers_only_where_every_cell_survives_the_way_back(string cell, bool number)
    {
        var table = new TextTable(["x"], [["1", cell, ""]]);
        Assert.Equal(number ? typeof(double) : typeof(string), table.ToDataFrame()["x"].DataType);
        Assert.Equal(number ? typeof(double) : typeof(string), table.ToFrame().ColumnTypes.Single());
        Assert.Equal(number ? double.Parse(cell, CultureInfo.InvariantCulture) : cell, table.ToFrame().GetColumn<object>("x")[1]);
    }

    [Fact]
    public void Both_frames_hold_the_same_columns_types_and_missing_cells()
    {
        var (data, deedle) = (Mixed.ToDataFrame(), Mixed.ToFrame());
        Assert.Equal(data.Columns.Select(c => c.Name), deedle.ColumnKeys);
        Assert.Equal(data.Columns.Select(c => c.DataType), deedle.ColumnTypes);
        Assert.Equal([0, 1], deedle.RowKeys);
        foreach (var column in data.Columns)
        {
            var series = deedle.GetColumn<object>(column.Name);
            for (var row = 0; row < 2; row++)
            {
                Assert.Equal(column[row], series.TryGet(row) is { HasValue: true } cell ? cell.Value : null);
            }
        }
    }

    [Fact]
    public void Decimal_points_are_points_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NumberGroupSeparator) = (",", ".");
        try
        {
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(0.25, new TextTable(["f1"], [["0.25"]]).ToDataFrame()["f1"][0]);
            Assert.Equal(0.25, new TextTable(["f1"], [["0.25"]]).ToFrame().GetColumn<double>("f1")[0]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_frame_groups_what_the_table_only_holds()
    {
        var table = new TextTable(["fusion", "f1"], [["early", "late", "early"], ["0.2", "0.9", "0.4"]]);
        Assert.Equal(0.3, (double)table.ToDataFrame().GroupBy("fusion").Mean("f1")["f1"][0], 12);
        Assert.Equal(0.3, table.ToFrame().AggregateRowsBy<string, double>(["fusion"], ["f1"], s => s.Mean()).GetColumn<double>("f1")[0], 12);
    }

    [Fact]
    public void A_deedle_frame_pivots_a_missing_pair_to_a_missing_cell()
    {
        var table = new TextTable(["lambda", "fusion", "f1"], [["0", "0", "1"], ["early", "late", "early"], ["0.2", "0.9", "0.4"]]);
        var pivot = table.ToFrame().PivotTable<int, string, double, string, double>("lambda", "fusion", f => f.GetColumn<double>("f1").Mean());
        Assert.Equal(0.9, pivot.GetColumn<double>("late")[0]);
        Assert.False(pivot.GetColumn<double>("late").TryGet(1).HasValue);
    }
}
