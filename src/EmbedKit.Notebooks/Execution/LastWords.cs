using System.Globalization;
using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Execution;

/// <summary>What a process writes past its cells: passed on, but for what it says as it dies, which explains why.</summary>
/// <param name="passedOn">Where to.</param>
internal sealed class LastWords(TextWriter passedOn)
{
    /// <summary>Lines kept of what may be a stack of thousands.</summary>
    private const int Most = 30;
    private const int Killed = 9;

    /// <summary>How the runtime begins, and what that means.</summary>
    private static readonly (string Begins, string Name, string Why)[] Kinds =
    [
        ("Stack overflow", "StackOverflow", "its code called itself without end, and the stack overflowed"),
        ("Out of memory", "OutOfMemory", "memory is used up"),
        ("Process terminated", "ProcessTerminated", "it called Environment.FailFast"),
        ("Unhandled exception", "UnhandledException", "an exception that nobody caught"),
        ("Fatal error", "FatalError", "a fault in native code, or of the runtime"),
    ];

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private (string Begins, string Name, string Why)? _kind;
    private readonly TaskCompletionSource _ended = new();
    private int _open = 2;
    private bool _muted;

    /// <summary>Takes a line of standard output or error; null at the end of one of them.</summary>
    internal void Add(string? line)
    {
        lock (_gate)
        {
            if (line is null)
            {
                if (--_open == 0)
                {
                    _ended.SetResult();
                }

                return;
            }

            if (_muted)
            {
                return;
            }

            if (_kind is null && Kinds.FirstOrDefault(k => line.StartsWith(k.Begins, StringComparison.Ordinal)) is { Begins: not null } kind)
            {
                _kind = kind;
            }

            if (_kind is null)
            {
                passedOn.WriteLine(line);
            }
            else if (_lines.Count < Most)
            {
                _lines.Add(line);
            }
        }
    }

    /// <summary>It is being ended: what it says to that is nobody's concern.</summary>
    internal void Mute()
    {
        lock (_gate)
        {
            _muted = true;
        }
    }

    /// <summary>Why it ended.</summary>
    /// <param name="code">Its exit code; above 128, that of a signal.</param>
    /// <param name="patience">How long to wait for the rest of its words, which a process that it has started may hold open.</param>
    internal ErrorOutput Explain(int code, TimeSpan patience)
    {
        _ended.Task.Wait(patience);
        lock (_gate)
        {
            var signal = code > 128 ? string.Create(CultureInfo.InvariantCulture, $"signal {code - 128}") : null;
            var (name, why) = _kind is { } kind ? (kind.Name, kind.Why)
                : code == 128 + Killed ? ("ProcessKilled", "killed by another, or by the system because memory ran out")
                : ("ProcessEnded", signal is null ? string.Create(CultureInfo.InvariantCulture, $"Environment.Exit({code}) or the like") : signal);
            return new(
                name, $"The cell ended the process that ran it: {why}. What it had put out is kept; what cells had declared is lost.", 0,
                [.. _lines]);
        }
    }
}
