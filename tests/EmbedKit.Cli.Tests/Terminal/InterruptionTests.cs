using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EmbedKit.Cli.Terminal;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Cli.Tests.Terminal;

/// <summary>Ctrl-C and SIGTERM, on a clock of the test's own.</summary>
public sealed class InterruptionTests : IDisposable
{
    private readonly StringWriter _said = new();

    public void Dispose() => _said.Dispose();

    [Fact]
    public void A_job_that_ends_after_its_step_returns_what_it_returns_and_nothing_is_said()
    {
        using var interruption = new Interruption(new StoppedTime());
        var code = interruption.Run(
            async asked =>
            {
                interruption.Ask();
                await Asked(asked);
                return 7;
            }, _said);
        Assert.Equal((7, ""), (code, _said.ToString()));
    }

    [Fact]
    public async Task A_step_may_take_twenty_seconds_and_is_left_then()
    {
        var time = new InstantTime();
        using var interruption = new Interruption(time);
        var (step, stepping) = (new TaskCompletionSource<int>(), new TaskCompletionSource());
        var run = Task.Run(() => interruption.Run(
            asked =>
            {
                stepping.SetResult();
                return step.Task;
            }, _said));
        await stepping.Task;
        Assert.Empty(time.Waits);

        interruption.Ask();
        Assert.Equal(ExitCode.Interrupted, await run);
        Assert.Equal([TimeSpan.FromSeconds(20)], time.Waits);
        Assert.Contains("in the middle of a step", Assert.Single(_said.ToString().Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void Asked_twice_it_is_left_at_once()
    {
        var left = new List<int>();
        using var interruption = new Interruption(new StoppedTime(), left.Add);
        var code = interruption.Run(
            asked =>
            {
                interruption.Ask();
                interruption.Ask();
                return new TaskCompletionSource<int>().Task;
            }, _said);
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Equal([ExitCode.Interrupted], left);
        Assert.Contains("Run the same command again", _said.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public void A_job_that_gets_the_signal_tidies_up_says_so_and_ends_with_130(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent by kill.");
        using var folder = new TemporaryFolder();
        File.WriteAllLines(
            folder["e.csv"],
            [
                "image_id,label_x,split,image_embedding_0,text_embedding_0",
                .. Enumerable.Range(0, 60).Select(i => FormattableString.Invariant(
                    $"i{i},{i % 2},{(i % 5) switch { 3 => "val", 4 => "test", _ => "train" }},{(i % 7) + 1},{(i % 11) + 1}")),
            ]);
        string[] train = ["train", "--embeddings", "e.csv", "--epochs", "200000", "--out", "model"];
        var process = CommandLine.Start(folder.Path, train);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(folder["model/run.json"]) || process.HasExited, TimeSpan.FromMinutes(2)));
        Tell(process, signal);
        var outcome = CommandLine.Wait(process, train);
        Assert.Equal((130, Interruption.Ended), (outcome.ExitCode, outcome.Error.Trim().Split('\n')[^1]));
        Assert.Equal(["run.json"], Directory.GetFileSystemEntries(folder["model"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_kernel_that_is_told_to_end_does_so_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent by kill.");
        using var folder = new TemporaryFolder();
        var ports = FreePorts(5);
        File.WriteAllText(folder["connection.json"], JsonSerializer.Serialize(new
        {
            transport = "tcp",
            ip = "127.0.0.1",
            shell_port = ports[0],
            control_port = ports[1],
            stdin_port = ports[2],
            iopub_port = ports[3],
            hb_port = ports[4],
            key = "k",
            signature_scheme = "hmac-sha256",
        }));
        string[] run = ["kernel", "run", "--connection-file", "connection.json"];
        var process = CommandLine.Start(folder.Path, run);
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || ports.All(Answers), TimeSpan.FromMinutes(2)));
        Tell(process, "-TERM");
        var outcome = CommandLine.Wait(process, run);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
    }

    private static void Tell(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, l => l.Start());
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        Array.ForEach(listeners, l => l.Dispose());
        return ports;
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Task Asked(CancellationToken asked)
    {
        var source = new TaskCompletionSource();
        asked.Register(source.SetResult);
        return source.Task;
    }

    /// <summary>A clock on which no wait ends.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
