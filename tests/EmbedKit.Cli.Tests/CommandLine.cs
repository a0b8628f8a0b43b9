using System.Diagnostics;

namespace EmbedKit.Cli.Tests;

/// <summary>Runs the built <c>embedkit</c> as a user would: another process, its own working directory.</summary>
internal static class CommandLine
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "EmbedKit.Cli.dll");

    internal sealed record Outcome(int ExitCode, string Out, string Error)
    {
        /// <summary>The last line of standard output, where <c>--json</c> puts its object.</summary>
        internal string LastLine => Out.TrimEnd('\n').Split('\n')[^1];
    }

    /// <summary>Runs with the given arguments and waits, at most ten minutes.</summary>
    internal static Outcome Run(params string[] arguments) => RunIn(Environment.CurrentDirectory, arguments);

    /// <summary>Runs in a working directory.</summary>
    internal static Outcome RunIn(string folder, params string[] arguments) => Wait(Start(folder, arguments), arguments);

    /// <summary>Runs with variables of the environment set.</summary>
    internal static Outcome RunWith((string Name, string Value)[] environment, params string[] arguments) =>
        Wait(StartWith(environment, Environment.CurrentDirectory, arguments), arguments);

    /// <summary>Waits for a process that was started here, at most ten minutes.</summary>
    internal static Outcome Wait(Process started, params string[] arguments)
    {
        using var process = started;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(10)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"embedkit {string.Join(' ', arguments)}: still running after ten minutes.");
        }

        return new(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Starts without waiting, for tests that kill.</summary>
    internal static Process Start(string folder, params string[] arguments) => StartWith([], folder, arguments);

    private static Process StartWith((string Name, string Value)[] environment, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
