using System.Globalization;

namespace EmbedKit.Cli.Bench;

/// <summary>How busy other programs keep the processors: what makes a measured time say nothing.</summary>
internal static class ProcessorLoad
{
    /// <summary>Above this share a measurement is disturbed.</summary>
    internal const double Disturbed = 0.15;

    private const string Counters = "/proc/stat";

    /// <summary>The busy share of all processors while this process waits, 0…1; null where the system does not tell.</summary>
    /// <param name="wait">How long to look; about a second.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static double? BusyShare(TimeSpan wait, CancellationToken cancellation = default)
    {
        if (!File.Exists(Counters))
        {
            return null;
        }

        var before = Read(File.ReadLines(Counters).First());
        cancellation.WaitHandle.WaitOne(wait);
        cancellation.ThrowIfCancellationRequested();
        var after = Read(File.ReadLines(Counters).First());
        return before is { } from && after is { } to && to.All > from.All
            ? 1 - ((to.Idle - from.Idle) / (double)(to.All - from.All)) : null;
    }

    /// <summary>Ticks of the line <c>cpu user nice system idle iowait …</c>: in all, and idle or waiting for a disk.</summary>
    internal static (long All, long Idle)? Read(string line)
    {
        long[] ticks = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(t => long.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1)];
        return line.StartsWith("cpu ", StringComparison.Ordinal) && ticks.Length >= 5 && !ticks.Contains(-1)
            ? (ticks.Sum(), ticks[3] + ticks[4]) : null;
    }
}
