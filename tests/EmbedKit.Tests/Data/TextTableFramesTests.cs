using EmbedKit.Data;
using Microsoft.Data.Analysis;

namespace EmbedKit.Tests.Data;

public class TextTableFramesTests
{
    [Fact]
    public void Columns_of_numbers_become_doubles_with_null_for_empty_cells_and_others_stay_text()
    {
        var frame = new TextTable(["id", "f1", "mixed", "empty"], [["a", "b"], ["0.5", ""], ["1", "x"], ["", ""]]).ToDataFrame();
        Assert.Equal([typeof(string), typeof(double), typeof(string), typeof(string)], frame.Columns.Select(c => c.DataType));
        Assert.Equal([0.5, null], ((DoubleDataFrameColumn)frame["f1"]).ToArray());
        Assert.Equal(["1", "x"], ((StringDataFrameColumn)frame["mixed"]).ToArray());
    }

    [Fact]
    public void A_frame_groups_what_the_table_only_holds()
    {
        var frame = new TextTable(["fusion", "f1"], [["early", "late", "early"], ["0.2", "0.9", "0.4"]]).ToDataFrame();
        var means = frame.GroupBy("fusion").Mean("f1");
        Assert.Equal(0.3, (double)means["f1"][0], 12);
    }
}
