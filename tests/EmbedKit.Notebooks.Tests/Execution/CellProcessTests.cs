using System.Diagnostics;
using System.Globalization;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Notebooks.Session;

namespace EmbedKit.Notebooks.Tests.Execution;

[Trait("Tier", "slow")]
public sealed class CellProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CellProcess _process = new(["dotnet", Path.Combine(AppContext.BaseDirectory, "EmbedKit.Cli.dll"), "notebook", "cells"]);

    public void Dispose()
    {
        _process.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Environment.Exit(3);", "ProcessEnded", "Environment.Exit(3) or the like")]
    [InlineData("Environment.FailFast(\"on purpose\");", "ProcessTerminated", "Environment.FailFast")]
    [InlineData("int F(int x) => F(x + 1) + 1;\nF(0)", "StackOverflow", "the stack overflowed")]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().Kill();", "ProcessKilled", "killed by another")]
    public void However_a_cell_ends_its_process_it_is_a_failed_cell_and_what_was_put_out_is_kept(string code, string name, string why)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && name == "ProcessKilled", "a killed process has no signal there");
        var executed = Run($"#!csharp\nConsole.WriteLine(\"kept\");\n#!csharp\nConsole.Write(\"before\");\n{code}\n#!csharp\n1");
        Assert.Equal((2, name), (executed.Failure?.Cell, executed.Failure?.Error.Name));
        Assert.Contains(why, executed.Failure!.Error.Message, StringComparison.Ordinal);
        Assert.Equal([new StreamOutput("stdout", "kept\n")], executed.Cells[0].Outputs);
        Assert.Equal([new StreamOutput("stdout", "before"), executed.Failure.Error], executed.Cells[1].Outputs);
        Assert.Null(executed.Cells[2].ExecutionCount);
        Assert.Equal("2", Result(Run("#!csharp\n1 + 1")));
    }

    [Theory]
    [InlineData("new System.Threading.Thread(() => throw new Exception(\"stray\")).Start(); await Task.Delay(1000);", "stray")]
    [InlineData("async void F() { await Task.Delay(10); throw new Exception(\"stray\"); }\nF(); await Task.Delay(1000);", "stray")]
    [InlineData("Console.ReadLine()", "The cell waits for input from the console, and nobody is here to give any")]
    [InlineData("while (true) Console.WriteLine(new string('x', 1000));", "the cell put out more than 10,000,000 characters of text")]
    public void What_would_wait_or_go_on_for_ever_or_be_lost_fails_its_cell(string code, string message)
    {
        var executed = Run($"#!csharp\nvar a = 1;\n#!csharp\n{code}");
        Assert.Equal(2, executed.Failure?.Cell);
        Assert.StartsWith(message, executed.Failure!.Error.Message, StringComparison.Ordinal);
        Assert.Equal(executed.Failure.Error, executed.Cells[1].Outputs[^1]);
    }

    [Fact]
    public void Memory_that_is_used_up_fails_its_cell()
    {
        const string Limit = "DOTNET_GCHeapHardLimit";
        Environment.SetEnvironmentVariable(Limit, "0x18000000");
        try
        {
            var executed = Run("#!csharp\nvar all = new List<byte[]>(); while (true) { all.Add(new byte[10_000_000]); }");
            Assert.Contains("OutOfMemory", executed.Failure?.Error.Name, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Limit, null);
        }
    }

    [Fact]
    public void Notebooks_one_after_another_share_the_process_and_no_variables()
    {
        var first = Result(Run("#!csharp\nvar mine = Environment.ProcessId;\nmine"));
        var second = Run("#!csharp\n$\"{Environment.ProcessId} {System.IO.File.Exists(\"notebook.dib\")}\"");
        Assert.Equal($"{first} True", Result(second));
        Assert.NotEqual(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), first);
        Assert.Contains("CS0103", Run("#!csharp\nmine").Failure!.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_charts_and_errors_come_back_as_from_this_process()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Notebooks", "showcase.dib");
        var here = NotebookRunner.Run(path, new(), null, TestContext.Current.CancellationToken);
        var there = NotebookRunner.Run(path, new(), _process, null, TestContext.Current.CancellationToken);
        Assert.Equal(IpynbWriter.ToText(here), IpynbWriter.ToText(there));
    }

    [Fact]
    public void An_interrupt_ends_the_process_and_what_it_has_started()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs sleep and /proc");
        var ids = Path.Combine(_folder.Path, "ids");
        using var stop = new CancellationTokenSource();
        var progress = new Collector(_ =>
        {
            if (File.Exists(ids))
            {
                stop.Cancel();
            }
        });
        var path = _folder.File(
            "endless.dib",
            $$"""
            #!csharp
            var other = System.Diagnostics.Process.Start("sleep", "1000");
            System.IO.File.WriteAllText("part", $"{Environment.ProcessId} {other.Id}");
            System.IO.File.Move("part", "ids");
            while (true)
            {
                EmbedKit.Runtime.HostProgress.Current.Report(new("rows", 1, 2, "note"));
                System.Threading.Thread.Sleep(20);
            }
            """);
        Assert.Throws<OperationCanceledException>(() => NotebookRunner.Run(path, new(), _process, progress, stop.Token));
        Assert.All(File.ReadAllText(ids).Split(' '), id => Assert.True(HasEnded(int.Parse(id, CultureInfo.InvariantCulture)), $"{id} runs on"));
    }

    private static bool HasEnded(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.WaitForExit(TimeSpan.FromSeconds(60));
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private ExecutedNotebook Run(string dib) =>
        NotebookRunner.Run(_folder.File("notebook.dib", dib), new(), _process, null, TestContext.Current.CancellationToken);

    private static string? Result(ExecutedNotebook notebook) => Assert.IsType<ValueOutput>(notebook.Cells[^1].Outputs[^1])["text/plain"];

    private sealed class Collector(Action<Runtime.JobProgress> told) : IProgress<Runtime.JobProgress>
    {
        public void Report(Runtime.JobProgress value) => told(value);
    }
}
