using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class NotebookCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_writes_an_ipynb_and_a_page_with_the_value_set_from_outside()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "n.dib"), "#!csharp\nConsole.WriteLine(answer * 2);\n");
        var outcome = CommandLine.RunIn(_folder.Path, "notebook", "run", "n.dib", "--out", "done", "--set", "answer=21");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("42", File.ReadAllText(Path.Combine(_folder.Path, "done", "n.html")), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.Path, "done", "n.ipynb")));
        Assert.Equal("embedkit", json.RootElement.GetProperty("metadata").GetProperty("kernelspec").GetProperty("name").GetString());
    }

    [Fact]
    public void Run_stops_at_a_failing_cell_with_exit_code_1_and_says_where()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "n.dib"), "#!markdown\n# T\n#!csharp\nvar a = 1;\nthrow new Exception(\"bad luck\");\n");
        var outcome = CommandLine.RunIn(_folder.Path, "notebook", "run", "n.dib", "--json");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("n.dib line 5 (cell 2): Exception: bad luck", outcome.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(outcome.LastLine);
        Assert.Equal(5, json.RootElement.GetProperty("line").GetInt32());
    }

    [Fact]
    public void Run_takes_a_jupyter_notebook_as_well_also_one_that_was_run_before()
    {
        File.WriteAllText(
            Path.Combine(_folder.Path, "n.dib"),
            "#!markdown\n# T\n#!csharp\n// parameters\nvar answer = 20;\n#!csharp\nConsole.WriteLine(answer * 2 + 2);\n");
        Assert.Equal(0, CommandLine.RunIn(_folder.Path, "notebook", "run", "n.dib", "--out", "once").ExitCode);
        var again = CommandLine.RunIn(_folder.Path, "notebook", "run", Path.Combine("once", "n.ipynb"), "--out", "twice", "--set", "answer=200");
        Assert.Equal(
            (0, ""), (again.ExitCode, string.Concat(again.Error.Split('\n').Where(l => l.StartsWith("embedkit:", StringComparison.Ordinal)))));
        Assert.Contains("402", File.ReadAllText(Path.Combine(_folder.Path, "twice", "n.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_is_exit_code_2()
    {
        Assert.Equal(2, CommandLine.RunIn(_folder.Path, "notebook", "run", "absent.dib").ExitCode);
        File.WriteAllText(Path.Combine(_folder.Path, "n.dib"), "1");
        Assert.Equal(2, CommandLine.RunIn(_folder.Path, "notebook", "run", "n.dib", "--set", "novalue").ExitCode);
    }

    [Fact]
    public void A_cell_that_ends_its_process_is_a_failed_cell_and_the_files_show_what_ran_before()
    {
        File.WriteAllText(
            Path.Combine(_folder.Path, "n.dib"), "#!csharp\nConsole.WriteLine(\"kept\");\n#!csharp\nEnvironment.Exit(0);\n#!csharp\n1\n");
        var outcome = CommandLine.RunIn(_folder.Path, "notebook", "run", "n.dib", "--out", "done");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("n.dib line 4 (cell 2): ProcessEnded: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("kept", File.ReadAllText(Path.Combine(_folder.Path, "done", "n.html")), StringComparison.Ordinal);
        Assert.Contains("Environment.Exit(0)", File.ReadAllText(Path.Combine(_folder.Path, "done", "n.ipynb")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 130)]
    [InlineData("-KILL", 137)]
    public void Whoever_ends_the_run_ends_its_cells(string signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals");
        var mark = Path.Combine(_folder.Path, "id");
        File.WriteAllText(
            Path.Combine(_folder.Path, "n.dib"),
            "#!csharp\nSystem.IO.File.WriteAllText(\"part\", $\"{Environment.ProcessId}\");\n"
                + "System.IO.File.Move(\"part\", \"id\");\nwhile (true) { }\n");
        var run = CommandLine.Start(_folder.Path, "notebook", "run", "n.dib");
        while (!File.Exists(mark))
        {
            Assert.False(run.HasExited);
            Thread.Sleep(50);
        }

        using (var kill = Process.Start("kill", [signal, run.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        Assert.Equal(code, CommandLine.Wait(run).ExitCode);
        try
        {
            using var cells = Process.GetProcessById(int.Parse(File.ReadAllText(mark), CultureInfo.InvariantCulture));
            Assert.True(cells.WaitForExit(TimeSpan.FromSeconds(60)), "the cells run on");
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    [Fact]
    public void Export_converts_there_and_back()
    {
        var text =
            "#!meta\n\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[{\"name\":\"csharp\",\"aliases\":[]}]}}\n\n#!csharp\n\n1 + "
                + "1\n\n#!markdown\n\n# T\n";
        File.WriteAllText(Path.Combine(_folder.Path, "n.dib"), text);
        Assert.Equal(0, CommandLine.RunIn(_folder.Path, "notebook", "export", "n.dib").ExitCode);
        Assert.Equal(0, CommandLine.RunIn(_folder.Path, "notebook", "export", "n.ipynb", "--out", "back").ExitCode);
        Assert.Equal(text, File.ReadAllText(Path.Combine(_folder.Path, "back", "n.dib")));
    }

    [Fact]
    public void Kernel_install_names_the_program_by_its_absolute_path()
    {
        Assert.Equal(0, CommandLine.RunIn(_folder.Path, "kernel", "install", "--prefix", "env").ExitCode);
        using var json = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(_folder.Path, "env", "share", "jupyter", "kernels", "embedkit", "kernel.json")));
        var argv = json.RootElement.GetProperty("argv").EnumerateArray().Select(a => a.GetString()!).ToList();
        Assert.True(Path.IsPathRooted(argv[0]) && argv.Contains("{connection_file}"));
    }
}
