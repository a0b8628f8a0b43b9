using System.Diagnostics;
using System.Text.Json;
using EmbedKit.Notebooks.Kernel;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Tests.Kernel;

[Trait("Tier", "slow")]
public sealed class JupyterKernelTests
{
    private const string Python = "/usr/bin/python3";
    private const string Ports = "\"shell_port\": 1, \"control_port\": 2, \"iopub_port\": 3, \"stdin_port\": 4, \"hb_port\": 5";

    [Fact]
    public async Task Nbclient_drives_the_kernel_through_everything_a_student_does()
    {
        Assert.SkipUnless(
            await RunPython("-c", "import nbclient") is (0, _, _), "no nbclient for /usr/bin/python3: apt-get install python3-nbclient");
        using var folder = new TemporaryFolder();
        KernelSpec.Install(Path.Combine(folder.Path, "share", "jupyter"), ["dotnet", Path.Combine(AppContext.BaseDirectory, "EmbedKit.Cli.dll")]);

        var (exit, text, error) = await RunPython(
            Path.Combine(AppContext.BaseDirectory, "Kernel", "drive_kernel.py"), jupyterPath: Path.Combine(folder.Path, "share", "jupyter"));
        Assert.True(exit == 0, error);
        using var json = JsonDocument.Parse(text);
        var result = json.RootElement;

        Assert.Equal("InvalidOperationException", result.GetProperty("nbclient_error").GetString());
        using var notebook = JsonDocument.Parse(result.GetProperty("notebook").GetString()!);
        var cells = notebook.RootElement.GetProperty("cells").EnumerateArray().Select(c => c.GetProperty("outputs")).ToList();
        Assert.Equal("hello\n", string.Concat(cells[0][0].GetProperty("text").EnumerateArray().Select(l => l.GetString())));
        Assert.Contains(
            "DecompressionStream",
            string.Concat(cells[2][0].GetProperty("data").GetProperty("text/html").EnumerateArray().Select(l => l.GetString())),
            StringComparison.Ordinal);
        Assert.True(cells[2][1].GetProperty("data").TryGetProperty("application/vnd.plotly.v1+json", out _));
        Assert.Equal("execute_result", cells[3][0].GetProperty("output_type").GetString());
        Assert.Equal("42", cells[3][0].GetProperty("data").GetProperty("text/plain")[0].GetString());
        Assert.Equal("on purpose", cells[4][0].GetProperty("evalue").GetString());
        Assert.Equal(0, cells[5].GetArrayLength());

        Assert.Equal("5.3", result.GetProperty("info").GetProperty("protocol_version").GetString());
        var flood = string.Concat(Outputs(result.GetProperty("flood"), "stream").Select(c => c.GetProperty("text").GetString()));
        Assert.Equal(string.Concat(Enumerable.Range(0, 20000).Select(i => $"{i}\n")), flood);
        Assert.Empty(Outputs(result.GetProperty("silent"), "stream"));
        Assert.Equal("Interrupted", Outputs(result.GetProperty("interrupted"), "error").Single().GetProperty("ename").GetString());
        Assert.Equal("error", result.GetProperty("interrupted").GetProperty("reply").GetProperty("status").GetString());
        Assert.Equal("6", Outputs(result.GetProperty("after"), "execute_result").Single().GetProperty("data").GetProperty("text/plain").GetString());
        Assert.Equal(["ToUpper", "ToUpperInvariant"], Strings(result.GetProperty("complete").GetProperty("matches")));
        Assert.Equal(["kept"], Strings(result.GetProperty("complete_kept").GetProperty("matches")));
        Assert.Contains(
            "half-written", result.GetProperty("inspect").GetProperty("data").GetProperty("text/plain").GetString()!, StringComparison.Ordinal);
        Assert.Equal(("incomplete", "complete"), (Status(result, "partial"), Status(result, "whole")));
        Assert.Equal(2, result.GetProperty("history").GetProperty("history").GetArrayLength());
        // What draws charts comes once in a session, and again with the cell that it came with.
        Assert.Equal(
            [true, false, true],
            result.GetProperty("charts").EnumerateArray().Select(run => run.GetRawText().Contains("DecompressionStream", StringComparison.Ordinal)));
        Assert.True(result.GetProperty("beat_during_cell").GetBoolean());
        Assert.False(result.GetProperty("alive_after_shutdown").GetBoolean());
    }

    [Theory]
    [InlineData("{}", "not a Jupyter connection file")]
    [InlineData("{\"transport\": \"ipc\"}", "transport is ipc; expected tcp")]
    [InlineData("no json", "not a Jupyter connection file")]
    [InlineData("{\"ip\": \"0.0.0.0\"}", "ip is 0.0.0.0; expected this machine's own")]
    [InlineData("{\"ip\": \"*\"}", "ip is *; expected this machine's own")]
    [InlineData("{\"ip\": \"127.0.0.1\", " + Ports + ", \"key\": \"\"}", "key is empty")]
    [InlineData("{\"ip\": \"::1\", " + Ports + "}", "key is empty")]
    public void A_bad_connection_file_is_refused(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("connection.json", content);
        Assert.Contains(expected, Assert.Throws<InputException>(() => ConnectionFile.Read(path)).Message, StringComparison.Ordinal);
    }

    private static string? Status(JsonElement result, string request) => result.GetProperty(request).GetProperty("status").GetString();

    private static IEnumerable<JsonElement> Outputs(JsonElement run, string type) =>
        run.GetProperty("outputs").EnumerateArray().Where(o => o[0].GetString() == type).Select(o => o[1]);

    private static IEnumerable<string?> Strings(JsonElement array) => array.EnumerateArray().Select(e => e.GetString());

    private static Task<(int Exit, string Out, string Error)> RunPython(string first, string? second = null, string? jupyterPath = null)
    {
        var arguments = second is null ? new[] { first } : [first, second];
        return RunProcess(Python, arguments, jupyterPath);
    }

    private static async Task<(int Exit, string Out, string Error)> RunProcess(string program, string[] arguments, string? jupyterPath)
    {
        if (!File.Exists(program))
        {
            return (-1, "", $"no {program}");
        }

        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (jupyterPath is not null)
        {
            start.Environment["JUPYTER_PATH"] = jupyterPath;
        }

        using var process = Process.Start(start)!;
        var (output, error) =
            (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
                process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
