using System.Diagnostics;

namespace EmbedKit.Notebooks.Tests.Execution;

/// <summary>Asks Jupyter's own validator.</summary>
internal static class Nbformat
{
    /// <summary>Fails when the file is not valid nbformat 4.5; checks nothing where Python's nbformat is not installed.</summary>
    internal static void Validate(string path)
    {
        const string Script =
            "import sys\ntry:\n import nbformat\nexcept ImportError:\n sys.exit(0)\nnbformat.validate(nbformat.read(sys.argv[1], 4), version=4, "
                + "version_minor=5)";
        if (!File.Exists("/usr/bin/python3"))
        {
            return;
        }

        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script, path]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
