using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Terminal;

/// <summary>A progress bar on a terminal; otherwise a plain line at each new stage, at its end, and every ten seconds between.</summary>
internal sealed class ProgressDisplay(TextWriter writer, TimeProvider time, bool live) : IProgress<JobProgress>, IDisposable
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private string? _stage;
    private long _started;
    private long _shown;
    private bool _open;

    /// <summary>Takes one report; safe from any thread.</summary>
    public void Report(JobProgress value)
    {
        lock (_gate)
        {
            if (value.Note is { } note)
            {
                CloseLine();
                writer.WriteLine(note);
            }

            if (value.Stage.Length == 0)
            {
                return;
            }

            var now = time.GetTimestamp();
            var first = value.Stage != _stage;
            if (first)
            {
                CloseLine();
                (_stage, _started) = (value.Stage, now);
            }

            var last = value.Total > 0 && value.Done >= value.Total;
            if (first || last || time.GetElapsedTime(_shown, now) >= (live ? LiveInterval : PlainInterval))
            {
                _shown = now;
                Show(value, time.GetElapsedTime(_started, now), last);
            }
        }
    }

    /// <summary>Ends an open bar.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            CloseLine();
            _stage = null;
        }
    }

    public void Dispose() => Finish();

    private void Show(JobProgress value, TimeSpan elapsed, bool last)
    {
        var words = value.InWords(elapsed);
        if (!live)
        {
            writer.WriteLine(words);
            return;
        }

        const int Width = 28;
        var filled = value.Total > 0 ? (int)(Width * Math.Min(value.Done, value.Total) / value.Total) : 0;
        var bar = value.Total > 0 ? $"[{new string('#', filled)}{new string('.', Width - filled)}] " : "";
        writer.Write(VisibleText.ClearLine);
        writer.Write($"{value.Stage} {bar}{words[(value.Stage.Length + 2)..]}");
        _open = true;
        if (last)
        {
            CloseLine();
        }
    }

    private void CloseLine()
    {
        if (_open)
        {
            writer.WriteLine();
            _open = false;
        }
    }
}
