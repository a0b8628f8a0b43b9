using EmbedKit.Experiments;

namespace EmbedKit.Tests.Experiments;

public class LeakStepTests
{
    [Fact]
    public void Cumulative_steps_close_one_leak_after_another_in_the_order_of_the_switches_down_to_none()
    {
        LeakStep[] steps = [.. LeakStep.All.Where(s => s.Kind != LeakStepKind.Alone)];
        Assert.Equal((LeakStepKind.Published, Leaks.All, null), (steps[0].Kind, steps[0].Open, steps[0].From));
        Assert.Equal(Leaks.None, steps[^1].Open);
        Leaks[] closed = [.. steps.Skip(1).Select(s => LeakStep.All[s.From!.Value].Open ^ s.Open)];
        Assert.Equal([Leaks.NoValidation, Leaks.Text, Leaks.Split, Leaks.Gap, Leaks.Epoch, Leaks.Lambda, Leaks.Auc], closed);
    }

    [Fact]
    public void Each_leak_is_closed_alone_once_against_the_published_protocol_on_as_many_rows()
    {
        LeakStep[] alone = [.. LeakStep.All.Where(s => s.Kind == LeakStepKind.Alone)];
        Assert.All(alone, s => Assert.Equal(Leaks.All ^ Leaks.NoValidation, LeakStep.All[s.From!.Value].Open));
        Assert.Equal(
            [Leaks.Text, Leaks.Split, Leaks.Gap, Leaks.Epoch, Leaks.Lambda, Leaks.Auc], alone.Select(s => LeakStep.All[s.From!.Value].Open ^ s.Open));
    }
}
