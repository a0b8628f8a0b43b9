using System.Diagnostics;
using System.Text.Json;
using EmbedKit.Cli.Terminal;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Bench;

/// <summary>This program, started again to do one thing alone, so that its time and memory are that thing's.</summary>
internal static class BenchChild
{
    // What a shell gives for a process that was killed: 128 and the signal's number.
    private const int Killed = 128 + 9;

    /// <summary>Runs it to its end.</summary>
    /// <returns>Its last line of output, read as JSON; or why there is none. And the seconds from start to end.</returns>
    /// <exception cref="InputException">The child refused its input: what it said.</exception>
    internal static (JsonElement? Json, string? Failure, double Seconds) Run(string[] arguments, CancellationToken cancellation)
    {
        var program = ThisProgram.Command;
        var start = new ProcessStartInfo(program[0], [.. program.Skip(1), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var begun = TimeProvider.System.GetTimestamp();
        using var process = Process.Start(start)!;
        using var stop = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        var said = error.GetAwaiter().GetResult().TrimEnd().Split('\n')[^1].Trim();
        return process.ExitCode switch
        {
            0 => (JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement, null, seconds),
            ExitCode.BadInput => throw new InputException(said.Replace("embedkit: ", "", StringComparison.Ordinal)),
            Killed => (null, "killed, as by a system out of memory", seconds),
            var code => (null, $"ended with {code}{(said.Length > 0 ? $": {said}" : "")}", seconds),
        };
    }
}
