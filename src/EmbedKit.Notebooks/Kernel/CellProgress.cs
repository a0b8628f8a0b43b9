using System.Text.Json.Nodes;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>A line below the running cell that says how far a long job is: one display that is updated. Remarks become console text.</summary>
/// <param name="messages">What the cell puts out.</param>
/// <param name="time">The clock.</param>
internal sealed class CellProgress(CellMessages messages, TimeProvider time) : IProgress<JobProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly Lock _gate = new();
    private readonly string _id = Guid.NewGuid().ToString("N");
    private string? _stage;
    private JobProgress _last;
    private long _started;
    private long _shown;
    private bool _open;
    private bool _ended;

    public void Report(JobProgress value)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            if (value.Note is { } note)
            {
                messages.Write("stdout", note + "\n");
            }

            if (value.Stage.Length == 0)
            {
                return;
            }

            var now = time.GetTimestamp();
            if (value.Stage != _stage)
            {
                (_stage, _started, _shown) = (value.Stage, now, now);
            }

            _last = value;
            // What is over within the interval needs no line.
            if (time.GetElapsedTime(_shown, now) >= Interval)
            {
                _shown = now;
                Show(now);
            }
        }
    }

    /// <summary>The cell has ended: the line, if there is one, says where the job ended.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _ended = true;
            if (_open)
            {
                Show(time.GetTimestamp());
            }
        }
    }

    private void Show(long now)
    {
        messages.Send(_open ? "update_display_data" : "display_data", new()
        {
            ["data"] = new JsonObject { ["text/plain"] = _last.InWords(time.GetElapsedTime(_started, now)) },
            ["metadata"] = new JsonObject(),
            ["transient"] = new JsonObject { ["display_id"] = _id },
        });
        _open = true;
    }
}
