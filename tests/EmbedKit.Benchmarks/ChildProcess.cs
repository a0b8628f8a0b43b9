using System.Diagnostics;
using System.Text.Json;
using EmbedKit.Benchmarking;

namespace EmbedKit.Benchmarks;

/// <summary>Runs one side of a comparison in a process that does only that.</summary>
internal static class ChildProcess
{
    /// <summary>Our own program, with other arguments.</summary>
    internal static JsonElement Ours(params string[] arguments) => Ask(Environment.ProcessPath!, arguments, "the program to be built");

    /// <summary>A Python script beside the program.</summary>
    /// <param name="script">Its path below the program's folder.</param>
    /// <param name="expected">What must be installed.</param>
    /// <param name="arguments">Its arguments.</param>
    internal static JsonElement Python(string script, string expected, params string[] arguments) =>
        Ask("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, script), .. arguments], expected);

    /// <summary>The machine in one line, for reports.</summary>
    internal static string Machine()
    {
        var machine = MachineDescription.Current();
        return FormattableString.Invariant($"{machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB:0.0} GiB, {machine.OperatingSystem}. ") +
            $"{string.Join(", ", machine.Versions.Where(v => v.Name is "EmbedKit" or ".NET" or "TorchSharp").Select(v => $"{v.Name} {v.Version}"))}.";
    }

    private static JsonElement Ask(string program, string[] arguments, string expected)
    {
        // OpenBLAS has threads of its own, which would get in the way of the other worker's.
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        (start.Environment["OPENBLAS_NUM_THREADS"], start.Environment["OMP_NUM_THREADS"]) = ("1", "1");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonDocument.Parse(output).RootElement
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}; expected {expected}.");
    }
}
