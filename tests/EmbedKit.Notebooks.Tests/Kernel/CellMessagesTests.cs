using EmbedKit.Notebooks.Execution;
using EmbedKit.Notebooks.Kernel;

namespace EmbedKit.Notebooks.Tests.Kernel;

public sealed class CellMessagesTests
{
    private readonly List<(string Type, string Text)> _told = [];
    private readonly Clock _clock = new();
    private double _waited;

    [Fact]
    public void Text_of_one_stream_is_gathered_and_keeps_its_place_among_the_rest()
    {
        using (var messages = Messages())
        {
            messages.Write("stdout", "a");
            messages.Write("stdout", "b");
            messages.Write("stderr", "c");
            messages.Send("display_data", []);
            messages.Write("stdout", "d");
        }

        Assert.Equal([("stream", "ab"), ("stream", "c"), ("display_data", ""), ("stream", "d")], _told);
    }

    [Fact]
    public void Text_goes_out_no_faster_than_a_Jupyter_server_lets_it_pass_and_in_whole_characters()
    {
        var text = string.Concat(Enumerable.Repeat("\U0001F600", 1_500_000));
        using (var messages = Messages())
        {
            messages.Write("stdout", "-" + text);
        }

        Assert.Equal("-" + text, string.Concat(_told.Select(t => t.Text)));
        Assert.All(_told, t => Assert.False(char.IsHighSurrogate(t.Text[^1])));
        // 6 MB at 800 kB/s, but for half a megabyte at once.
        Assert.InRange(_waited, 6.5, 8);
    }

    [Fact]
    public void What_exceeds_the_limit_is_dropped_and_said_and_the_error_comes_all_the_same()
    {
        using (var messages = Messages())
        {
            messages.Write("stdout", new string('x', OutputLimit.Text));
            messages.Write("stderr", "more");
            messages.Send("display_data", [], OutputLimit.Values);
            messages.Send("display_data", [], 1);
            messages.Send("error", []);
        }

        Assert.Equal(OutputLimit.Text, _told.Sum(t => t.Text.StartsWith('x') ? t.Text.Length : 0));
        Assert.Equal(
            [
                ("display_data", ""), ("error", ""),
                ("stream", "\nembedkit: the cell put out 4 characters more than the 10,000,000 shown and 1 value beyond 200,000,000 characters; "
                    + "they were dropped. Write to a file instead.\n"),
            ],
            _told.SkipWhile(t => t.Text.StartsWith('x')));
    }

    [Fact]
    public void After_its_end_nothing_is_told()
    {
        var messages = Messages();
        messages.Dispose();
        messages.Write("stdout", "late");
        messages.Dispose();
        Assert.Empty(_told);
    }

    private CellMessages Messages() => new(
        (type, content) => _told.Add((type, JupyterMessage.Text(content, "text"))), _clock,
        wait =>
        {
            _waited += wait.TotalSeconds;
            _clock.Now += wait.TotalSeconds;
        });

    /// <summary>Stands still but for the waits; its timers never come due.</summary>
    private sealed class Clock : TimeProvider
    {
        internal double Now { get; set; }

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => (long)(Now * 1_000_000);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
