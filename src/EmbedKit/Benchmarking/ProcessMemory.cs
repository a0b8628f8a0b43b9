using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Benchmarking;

/// <summary>What this process holds in memory, as Linux counts it.</summary>
public static class ProcessMemory
{
    private const string Status = "/proc/self/status";

    /// <summary>The most that was resident since the process began, MiB (2²⁰ bytes); null where the system does not tell.</summary>
    public static double? PeakMiB()
    {
        try
        {
            return File.ReadLines(Status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
                && double.TryParse(
                    line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var kib, _] ? kib : "", NumberStyles.None,
                    CultureInfo.InvariantCulture, out var value) ? value / 1024 : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
