using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Notebooks.Kernel;

namespace EmbedKit.Notebooks.Tests.Kernel;

/// <summary>Whatever a cell does, and whatever strangers say, the kernel answers.</summary>
[Trait("Tier", "slow")]
public sealed class KernelHoldsTests
{
    [Fact]
    public void Text_arrives_whole_up_to_the_limit_and_a_sentence_says_how_much_was_dropped()
    {
        using var kernel = new KernelProcess();
        var (status, text, _) = kernel.Run("for (var i = 0; i < 80_000; i++) Console.WriteLine(i);");
        Assert.Equal(("ok", string.Concat(Enumerable.Range(0, 80_000).Select(i => $"{i}\n"))), (status, text));

        (status, text, _) = kernel.Run("for (var i = 0; i < 1_000_000; i++) Console.WriteLine($\"line {i:000_000}\");");
        Assert.Equal("ok", status);
        Assert.StartsWith("line 000_000\n", text, StringComparison.Ordinal);
        Assert.EndsWith(
            string.Create(CultureInfo.InvariantCulture, $"\nembedkit: the cell put out {13_000_000 - OutputLimit.Text:N0} characters more than the ")
                + $"{OutputLimit.Text.ToString("N0", CultureInfo.InvariantCulture)} shown; they were dropped. Write to a file instead.\n",
            text, StringComparison.Ordinal);
        Assert.Equal(OutputLimit.Text, text.LastIndexOf("\nembedkit:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("while (true) Console.WriteLine(\"without end\");")]
    [InlineData("while (true) display(1);")]
    [InlineData("while (true) { Console.Write(\"a\"); Console.Error.Write(\"b\"); }")]
    [InlineData("Console.WriteLine(1); for (var i = 0; i < 500; i++) Task.Run(() => System.Threading.Thread.Sleep(-1)); while (true) { }", false)]
    [InlineData("Console.WriteLine(1); System.Threading.Tasks.Parallel.For(0, 1000, _ => { while (true) { } });")]
    public void A_cell_without_end_is_interrupted_and_hearts_beat_meanwhile(string code, bool leavesThePool = true)
    {
        using var kernel = new KernelProcess();
        var request = KernelProcess.Cell(code);
        kernel.Send("shell", request);
        while (kernel.Receive("iopub") is { } told && told.Type is not ("stream" or "display_data"))
        {
        }

        Assert.True(kernel.Beats());
        kernel.Send("control", "interrupt_request", []);
        Assert.Equal("interrupt_reply", kernel.Receive("control")?.Type);

        // The engine ends a cell on the pool: where a cell holds all of it, that waits until the pool has grown, and only the kernel's own threads answer.
        if (leavesThePool)
        {
            Assert.Contains(kernel.Told(request), m => m.Type == "error" && JupyterMessage.Text(m.Content, "ename") is "Interrupted" or "Abandoned");
            Assert.Equal("execute_reply", kernel.Receive("shell")?.Type);
            Assert.Equal("ok", kernel.Run("1 + 1").Status);
        }

        Assert.Equal(0, kernel.ShutDown());
    }

    [Fact]
    public void A_request_that_is_sent_twice_runs_once()
    {
        using var kernel = new KernelProcess();
        kernel.Run("var runs = 0;");
        var request = KernelProcess.Cell("runs++;");
        kernel.Send("shell", request);
        kernel.Send("shell", request);
        Assert.Equal("1\n", kernel.Run("Console.WriteLine(runs);").Text);
        Assert.Equal(0, kernel.ShutDown());
        Assert.Contains("a message was dropped", kernel.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_that_reads_the_console_asks_the_clients_user_where_there_is_one()
    {
        using var kernel = new KernelProcess();
        var request = KernelProcess.Cell("Console.Write(\"Name? \"); var name = Console.ReadLine(); Console.Write($\"<{name}>\");", input: true);
        kernel.Send("shell", request);
        Assert.Equal("input_request", kernel.Receive("stdin")?.Type);
        kernel.Send("stdin", "input_reply", new() { ["value"] = "Ada" });
        Assert.Equal("Name? <Ada>", KernelProcess.Text(kernel.Told(request)));

        var (status, _, told) = kernel.Run("Console.ReadLine()");
        Assert.Equal("error", status);
        Assert.Contains("waits for input", JupyterMessage.Text(told.Last(m => m.Type == "error").Content, "evalue"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mutated_messages_and_garbage_on_every_port_neither_end_the_kernel_nor_make_it_deaf()
    {
        using var kernel = new KernelProcess();
        var random = new Random(4);
        byte[][] valid =
        [
            Encoding.UTF8.GetBytes("{\"msg_id\":\"1\",\"session\":\"s\",\"msg_type\":\"execute_request\",\"version\":\"5.3\"}"), "{}"u8.ToArray(),
            "{\"cellId\":\"a\"}"u8.ToArray(), Encoding.UTF8.GetBytes("{\"code\":\"1 + 1\",\"silent\":false,\"allow_stdin\":false}"),
        ];
        byte[][] breaks = ["\xff"u8.ToArray(), "\\ud800"u8.ToArray(), "\"code\":1,"u8.ToArray(), "{"u8.ToArray(), "]"u8.ToArray(), [0], [0xff, 0xfe]];
        for (var turn = 0; turn < 300; turn++)
        {
            var parts = valid.Select(part => Mutated(part, random, breaks)).ToArray();
            foreach (var channel in (string[])["shell", "control", "stdin"])
            {
                kernel.SendSigned(channel, parts);
            }

            foreach (var port in kernel.Ports.Values)
            {
                using var peer = new TcpClient();
                await peer.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                var garbage = new byte[random.Next(1, 200)];
                random.NextBytes(garbage);
                // Every other one begins as a peer of the protocol does.
                await peer.GetStream().WriteAsync(
                    turn % 2 == 0 ? garbage : [0xff, .. new byte[8], 0x7f, 3, 0, .. "NULL"u8, .. new byte[48], .. garbage],
                    TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal("ok", kernel.Run("2 + 2").Status);
        Assert.True(kernel.Beats());
        while (kernel.Receive("control", TimeSpan.FromMilliseconds(100)) is not null)
        {
        }

        kernel.Send("control", "kernel_info_request", []);
        Assert.Equal("kernel_info_reply", kernel.Receive("control")?.Type);
        Assert.Equal(0, kernel.ShutDown());
        Assert.Single(kernel.Error.Split('\n'), line => line.Contains("a message was dropped", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_kernels_started_and_shut_down_nothing_is_left()
    {
        for (var turn = 0; turn < (Environment.GetEnvironmentVariable("EMBEDKIT_ALL_TESTS") == "1" ? 100 : 10); turn++)
        {
            using var kernel = new KernelProcess();
            if (turn % 10 == 0)
            {
                kernel.Run("new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)).Start();");
            }

            Assert.Equal(0, kernel.ShutDown());
            if (OperatingSystem.IsLinux())
            {
                Assert.DoesNotContain(kernel.ConnectionFile, CommandLines(), StringComparison.Ordinal);
            }
        }
    }

    private static string CommandLines() => string.Join('\n', Directory.EnumerateDirectories("/proc").Select(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }));

    private static byte[] Mutated(byte[] part, Random random, byte[][] breaks)
    {
        if (random.Next(2) == 0)
        {
            return part;
        }

        var at = random.Next(part.Length + 1);
        return random.Next(3) switch
        {
            0 => [.. part[..at], .. breaks[random.Next(breaks.Length)], .. part[at..]],
            1 => part[..at],
            _ => [.. part[..at], .. part.Skip(at + random.Next(1, 4))],
        };
    }
}
