using System.Globalization;

namespace EmbedKit.Benchmarks;

/// <summary>What this process holds in memory, as Linux counts it in /proc/self/status.</summary>
internal static class ResidentMemory
{
    internal static long NowKiB => KiB("VmRSS:");

    internal static long PeakKiB => KiB("VmHWM:");

    private static long KiB(string field) => long.Parse(
        File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);
}
