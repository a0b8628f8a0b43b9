using System.Diagnostics;
using System.Text.Json;

namespace EmbedKit.Tests;

/// <summary>Runs scripts on a Python that has some modules; where there is none, the test skips and says what to install.</summary>
/// <param name="modules">The modules, separated by commas.</param>
/// <param name="install">How to install them.</param>
internal sealed class PythonPeer(string modules, string install)
{
    private readonly Lazy<string?> _python =
        new(() => new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(p => Try(p, ["-c", $"import {modules}"], null) is not null));

    /// <summary>Runs a script that prints JSON.</summary>
    internal JsonElement Run(string script, IEnumerable<string> arguments, string? input)
    {
        Assert.SkipWhen(_python.Value is null, $"python3 without {modules}; install them with: {install}");
        var output = Try(_python.Value!, [script, .. arguments], input);
        Assert.True(output is not null, $"{Path.GetFileName(script)} failed");
        return JsonDocument.Parse(output).RootElement;
    }

    private static string? Try(string program, IEnumerable<string> arguments, string? input)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
