using EmbedKit.Notebooks.Kernel;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Tests.Kernel;

public sealed class CellProgressTests
{
    private readonly List<(string Type, string Content)> _told = [];
    private readonly Clock _clock = new();

    [Fact]
    public void A_long_job_is_one_display_that_is_updated_and_a_short_one_none()
    {
        using var messages = Messages();
        var progress = new CellProgress(messages, _clock);
        progress.Report(new("images", 1, 100));
        Assert.Empty(_told);
        foreach (var done in (long[])[20, 21, 40])
        {
            _clock.Now += done == 21 ? 0.1 : 1;
            progress.Report(new("images", done, 100));
        }

        progress.Report(new("images", 100, 100));
        progress.End();
        progress.Report(new("images", 100, 100, "too late"));

        Assert.Equal(["display_data", "update_display_data", "update_display_data"], _told.Select(t => t.Type));
        Assert.Contains("images: 20/100  20/s  0:04 left", _told[0].Content, StringComparison.Ordinal);
        Assert.Contains("images: 100/100", _told[2].Content, StringComparison.Ordinal);
        Assert.Single(_told.Select(t => t.Content[t.Content.IndexOf("display_id", StringComparison.Ordinal)..]).Distinct());
    }

    [Fact]
    public void A_remark_is_console_text()
    {
        using (var messages = Messages())
        {
            new CellProgress(messages, _clock).Report(new("", 0, 0, "takes minutes"));
        }

        Assert.Equal(("stream", """{"name":"stdout","text":"takes minutes\n"}"""), Assert.Single(_told));
    }

    [Fact]
    public void Jobs_of_a_cell_report_to_its_session_also_from_the_threads_they_start()
    {
        var reports = new List<JobProgress>();
        using var session = new NotebookSession { Progress = new Collector(reports) };
        var error = session.Execute(
            "System.Threading.Tasks.Parallel.For(0, 1, _ => EmbedKit.Runtime.HostProgress.Current.Report(new(\"rows\", 1, 2)));", _ => { },
            TestContext.Current.CancellationToken);
        Assert.Null(error);
        Assert.Equal(new("rows", 1, 2), Assert.Single(reports));
        Assert.Null(HostProgress.Current);
    }

    private CellMessages Messages() => new((type, content) => _told.Add((type, content.ToJsonString())), _clock, _ => { });

    private sealed class Collector(List<JobProgress> reports) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => reports.Add(value);
    }

    private sealed class Clock : TimeProvider
    {
        internal double Now { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Now * 1000);
    }
}
