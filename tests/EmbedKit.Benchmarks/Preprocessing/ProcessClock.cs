using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmbedKit.Benchmarks.Preprocessing;

/// <summary>A moment: seconds on the wall clock, and seconds of CPU (user and system, all threads) this process has used.</summary>
internal readonly partial record struct ProcessClock(double Wall, double Cpu)
{
    private const int ProcessCpuTime = 2;

    internal static ProcessClock Now()
    {
        if (!OperatingSystem.IsLinux() || Read(ProcessCpuTime, out var time) != 0)
        {
            throw new PlatformNotSupportedException("CPU time to the nanosecond is read as Linux gives it.");
        }

        return new(Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency, time.Seconds + (time.Nanoseconds / 1e9));
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out TimeSpecification time);

    private struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
