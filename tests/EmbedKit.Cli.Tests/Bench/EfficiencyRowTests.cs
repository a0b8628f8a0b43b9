using EmbedKit.Benchmarking;
using EmbedKit.Cli.Bench;

namespace EmbedKit.Cli.Tests.Bench;

public sealed class EfficiencyRowTests
{
    [Theory]
    [InlineData(10.0, 0.5, 1.5, 10)]
    [InlineData(10.1, 0.5, 1.5, 11)]
    [InlineData(0.2, 0.5, 1.5, 1)]
    [InlineData(10.0, 1.5, 1.5, null)]
    [InlineData(10.0, 2.0, 1.5, null)]
    [InlineData(null, 0.5, 1.5, null)]
    public void Extraction_has_paid_for_itself_when_the_epochs_have_saved_its_seconds(double? extract, double cached, double live, int? expected) =>
        Assert.Equal(expected, Row(extract, cached).BreakEvenEpoch(Row(null, live)));

    [Fact]
    public void Medians_and_spread_are_those_of_the_repeats_that_came_to_their_end()
    {
        var row = Row(null, 3, 1, 2);
        Assert.Equal((2.0, 2.0), (row.TrainSeconds, row.TrainSpread));
        Assert.Equal(2.5, Row(null, 4, 1, 2, 3).TrainSeconds);
        Assert.Equal((null, null, null), (Row(null).TrainSeconds, Row(null).TrainSpread, Row(null).MacroF1));
        Assert.Null(Row(10).BreakEvenEpoch(Row(null, 1)));
        Assert.Null(Row(10, 1).BreakEvenEpoch(null));
    }

    [Theory]
    [InlineData("cpu  10 0 20 60 10 0 0 0 0 0", 100L, 70L)]
    [InlineData("cpu 1 2 3 4 5", 15L, 9L)]
    public void Waiting_for_a_disk_is_idle(string line, long all, long idle) => Assert.Equal((all, idle), ProcessorLoad.Read(line));

    [Theory]
    [InlineData("")]
    [InlineData("cpu 1 2 3")]
    [InlineData("cpu 1 2 x 4 5")]
    [InlineData("intr 1 2 3 4 5")]
    public void Counters_of_another_form_tell_nothing(string line) => Assert.Null(ProcessorLoad.Read(line));

    private static EfficiencyRow Row(double? extract, params double[] seconds) => new(
        TrainingWay.Cached, "tiny", "early", null, [.. seconds.Select(s => new WayMeasurement(TrainingWay.Cached, 10, 5, s, 0, null, null, 0, 1, 1, 0.5, 0.4, 0.6))],
        extract, null, null);
}
