using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EmbedKit.Notebooks.Kernel;
using NetMQ;
using NetMQ.Sockets;

namespace EmbedKit.Notebooks.Tests.Kernel;

/// <summary>The kernel as a client meets it: a process, and five sockets to it.</summary>
internal sealed class KernelProcess : IDisposable
{
    internal static readonly string[] Channels = ["shell", "control", "stdin", "iopub", "hb"];
    private static readonly byte[] Key = "secret"u8.ToArray();

    /// <summary>For a machine at the edge of its strength; nothing here takes so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _error = new();
    private readonly Dictionary<string, NetMQSocket> _sockets = new(StringComparer.Ordinal);

    internal KernelProcess()
    {
        Ports = Channels.Zip(FreePorts.Take(Channels.Length)).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        JsonObject connection = new() { ["ip"] = "127.0.0.1", ["transport"] = "tcp", ["signature_scheme"] = "hmac-sha256", ["key"] = "secret" };
        foreach (var (channel, port) in Ports)
        {
            connection[channel + "_port"] = port;
        }

        ConnectionFile = _folder.File("connection.json", connection.ToJsonString());
        ProcessStartInfo start = new(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "EmbedKit.Cli.dll"), "kernel", "run", "--connection-file", ConnectionFile])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        Process = Process.Start(start)!;
        Process.ErrorDataReceived += (_, line) => _error.AppendLine(line.Data);
        Process.BeginErrorReadLine();
        Process.BeginOutputReadLine();
        foreach (var channel in Channels[..3])
        {
            DealerSocket dealer = new();
            dealer.Options.Identity = "client"u8.ToArray();
            Connect(channel, dealer);
        }

        SubscriberSocket subscriber = new();
        subscriber.Options.ReceiveHighWatermark = 0;
        subscriber.SubscribeToAnyTopic();
        Connect("iopub", subscriber);

        try
        {
            AwaitAnswers();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal string ConnectionFile { get; }

    internal IReadOnlyDictionary<string, int> Ports { get; }

    internal Process Process { get; }

    /// <summary>What it said on standard error; whole once the process has ended.</summary>
    internal string Error => _error.ToString();

    internal static JupyterMessage Message(string type, JsonObject content) => new(
        [], new() { ["msg_id"] = Guid.NewGuid().ToString("N"), ["session"] = "s", ["msg_type"] = type, ["version"] = "5.3" }, [], [], content);

    internal static JupyterMessage Cell(string code, bool input = false) =>
        Message("execute_request", new() { ["code"] = code, ["allow_stdin"] = input });

    internal void Send(string channel, string type, JsonObject content) => Send(channel, Message(type, content));

    internal void Send(string channel, JupyterMessage message) => SendFrames(channel, message.ToFrames(Key));

    /// <summary>Sends four parts as they are, signed.</summary>
    internal void SendSigned(string channel, params byte[][] parts) =>
        SendFrames(channel, ["<IDS|MSG>"u8.ToArray(), Encoding.ASCII.GetBytes(JupyterMessage.Sign(parts, Key)), .. parts]);

    internal JupyterMessage? Receive(string channel, TimeSpan? patience = null)
    {
        NetMQMessage? frames = null;
        return _sockets[channel].TryReceiveMultipartMessage(patience ?? Patience, ref frames)
            ? JupyterMessage.Read([.. frames.Select(f => f.ToByteArray())], Key) : null;
    }

    /// <summary>What is told until a request has been dealt with.</summary>
    internal List<JupyterMessage> Told(JupyterMessage request)
    {
        List<JupyterMessage> told = [];
        while (Receive("iopub") is { } message)
        {
            if (JupyterMessage.Text(message.Parent, "msg_id") != JupyterMessage.Text(request.Header, "msg_id"))
            {
                continue;
            }

            if (JupyterMessage.Text(message.Content, "execution_state") == "idle")
            {
                return told;
            }

            told.Add(message);
        }

        Assert.Fail($"never idle; {Error}");
        return told;
    }

    /// <summary>Runs a cell: how it ended, what it printed, what else was told.</summary>
    internal (string Status, string Text, List<JupyterMessage> Told) Run(string code)
    {
        var request = Cell(code);
        Send("shell", request);
        var told = Told(request);
        var reply = Receive("shell");
        while (reply is not null && JupyterMessage.Text(reply.Parent, "msg_id") != JupyterMessage.Text(request.Header, "msg_id"))
        {
            reply = Receive("shell");
        }

        Assert.NotNull(reply);
        return (JupyterMessage.Text(reply.Content, "status"), Text(told), told);
    }

    internal static string Text(IEnumerable<JupyterMessage> told) =>
        string.Concat(told.Where(m => m.Type == "stream").Select(m => JupyterMessage.Text(m.Content, "text")));

    /// <summary>Whether a new client's heartbeat is answered.</summary>
    internal bool Beats()
    {
        using RequestSocket heart = new($">tcp://127.0.0.1:{Ports["hb"]}");
        heart.Options.Linger = TimeSpan.Zero;
        heart.SendFrame("beat");
        return heart.TryReceiveFrameString(Patience, out var answer) && answer == "beat";
    }

    /// <summary>Asks it to shut down, and waits.</summary>
    internal int ShutDown()
    {
        Send("control", "shutdown_request", new() { ["restart"] = false });
        Assert.True(Process.WaitForExit(Patience), "still running after it was shut down");
        Process.WaitForExit();
        return Process.ExitCode;
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        foreach (var socket in _sockets.Values)
        {
            socket.Dispose();
        }

        Process.Dispose();
        _folder.Dispose();
    }

    private void AwaitAnswers()
    {
        // Who subscribes late misses what was told before: ask until an answer is told as well.
        do
        {
            Send("shell", "kernel_info_request", []);
            Assert.NotNull(Receive("shell"));
        }
        while (Receive("iopub", TimeSpan.FromMilliseconds(200)) is null);
        Assert.Equal("ok", Run("1").Status);
    }

    private void SendFrames(string channel, IEnumerable<byte[]> frames) =>
        _sockets[channel].SendMultipartMessage(new NetMQMessage(frames.Select(f => new NetMQFrame(f))));

    private void Connect(string channel, NetMQSocket socket)
    {
        socket.Options.Linger = TimeSpan.Zero;
        socket.Connect($"tcp://127.0.0.1:{Ports[channel]}");
        _sockets.Add(channel, socket);
    }
}
