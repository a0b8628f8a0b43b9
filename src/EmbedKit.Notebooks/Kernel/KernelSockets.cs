using System.Text;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;
using NetMQ;
using NetMQ.Sockets;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>
/// The kernel's five sockets and the one thread that may touch them: it takes requests in, sends answers out, and answers heartbeats, while
/// cells run elsewhere.
/// </summary>
internal sealed class KernelSockets : IDisposable
{
    private const int PendingOutputs = 4096;
    private const long LargestMessage = 256L << 20;

    private readonly byte[] _key;
    private readonly RouterSocket _shell = new();
    private readonly RouterSocket _control = new();
    private readonly RouterSocket _stdin = new();
    private readonly PublisherSocket _ioPub = new();

    // A ResponseSocket answers one peer after another, and none any more once one has gone, or spoke out of turn, before its answer.
    private readonly RouterSocket _heartbeat = new();

    // Nothing to send stands for the end.
    private readonly NetMQQueue<(NetMQSocket Socket, JupyterMessage Message, bool Counted)?> _outgoing = new();
    private readonly SemaphoreSlim _room = new(PendingOutputs);
    private readonly NetMQPoller _poller;
    private volatile bool _closed;

    /// <summary>Binds the sockets.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="onShell">Gets requests of the shell channel, on the sockets' thread.</param>
    /// <param name="onControl">Gets requests of the control channel, on the sockets' thread.</param>
    internal KernelSockets(ConnectionFile connection, Action<JupyterMessage> onShell, Action<JupyterMessage> onControl)
    {
        _key = Encoding.UTF8.GetBytes(connection.Key);
        Bind(_shell, connection.Address(connection.Shell));
        Bind(_control, connection.Address(connection.Control));
        Bind(_stdin, connection.Address(connection.Stdin));
        Bind(_heartbeat, connection.Address(connection.Heartbeat));
        _ioPub.Options.SendHighWatermark = 0;
        Bind(_ioPub, connection.Address(connection.IoPub));

        _shell.ReceiveReady += (_, _) => Receive(_shell, onShell);
        _control.ReceiveReady += (_, _) => Receive(_control, onControl);
        _heartbeat.ReceiveReady += (_, _) => Echo();
        _outgoing.ReceiveReady += (_, _) => SendPending();
        _poller = [_shell, _control, _stdin, _heartbeat, _outgoing];
    }

    /// <summary>Works until <see cref="Stop"/>; what was sent before it still goes out.</summary>
    internal void Run()
    {
        _poller.Run();
        _closed = true;
        SendPending();
    }

    /// <summary>Ends <see cref="Run"/>, also one that has not begun, which the poller itself would not; from any thread.</summary>
    internal void Stop() => _outgoing.Enqueue(null);

    /// <summary>Sends an answer on the shell channel; from any thread.</summary>
    internal void Reply(JupyterMessage request, string type, JsonObject content) => Send(_shell, request.Answer(type, content));

    /// <summary>Sends an answer on the control channel; from any thread.</summary>
    internal void ReplyControl(JupyterMessage request, string type, JsonObject content) => Send(_control, request.Answer(type, content));

    /// <summary>Tells every client; from any thread.</summary>
    internal void Publish(JupyterMessage request, string type, JsonObject content) =>
        Send(_ioPub, request.Answer(type, content, [Encoding.UTF8.GetBytes(type)]));

    /// <summary>Tells every client what a cell put out; from any thread but the sockets' own: a cell that writes faster than it can be sent
    /// waits.</summary>
    internal void PublishOutput(JupyterMessage request, string type, JsonObject content)
    {
        if (_closed)
        {
            return;
        }

        _room.Wait();
        _outgoing.Enqueue((_ioPub, request.Answer(type, content, [Encoding.UTF8.GetBytes(type)]), true));
    }

    public void Dispose()
    {
        _poller.Dispose();
        foreach (var socket in (NetMQSocket[])[_shell, _control, _stdin, _ioPub, _heartbeat])
        {
            socket.Dispose();
        }

        _outgoing.Dispose();
        _room.Dispose();
        NetMQConfig.Cleanup(block: true);
    }

    private static void Bind(NetMQSocket socket, string address)
    {
        socket.Options.Linger = TimeSpan.FromSeconds(1);
        socket.Options.MaxMsgSize = LargestMessage;
        try
        {
            socket.Bind(address);
        }
        catch (NetMQException error)
        {
            throw new InputException(
                $"{address}: cannot listen there ({error.Message.ReplaceLineEndings(" ")}); expected a free port of this machine in the connection "
                    + "file.", error);
        }
    }

    /// <summary>What is malformed is announced as received, and then dropped: waiting for it would wait for ever.</summary>
    private void Echo()
    {
        NetMQMessage? beat = null;
        if (_heartbeat.TryReceiveMultipartMessage(ref beat))
        {
            _heartbeat.TrySendMultipartMessage(beat);
        }
    }

    private void Receive(RouterSocket socket, Action<JupyterMessage> handle)
    {
        // Without a correct signature there is nobody to answer.
        NetMQMessage? frames = null;
        if (socket.TryReceiveMultipartMessage(ref frames) && JupyterMessage.Read(frames, _key) is { } message)
        {
            handle(message);
        }
    }

    private void Send(NetMQSocket socket, JupyterMessage message)
    {
        // A cell may still be at work when the client has gone.
        if (!_closed)
        {
            _outgoing.Enqueue((socket, message, false));
        }
    }

    private void SendPending()
    {
        (NetMQSocket Socket, JupyterMessage Message)? held = null;
        while (_outgoing.TryDequeue(out var item, TimeSpan.Zero))
        {
            if (item is not { } next)
            {
                _poller.StopAsync();
                continue;
            }

            if (next.Counted)
            {
                _room.Release();
            }

            if (held is { } before && Joined(before.Message, next.Message) is { } joined)
            {
                held = (next.Socket, joined);
                continue;
            }

            SendNow(held);
            held = (next.Socket, next.Message);
        }

        SendNow(held);
    }

    private void SendNow((NetMQSocket Socket, JupyterMessage Message)? outgoing)
    {
        if (outgoing is { } one)
        {
            one.Socket.SendMultipartMessage(one.Message.ToFrames(_key));
        }
    }

    /// <summary>Console text that piled up goes out as one message.</summary>
    private static JupyterMessage? Joined(JupyterMessage first, JupyterMessage second)
    {
        var same = first.Type == "stream" && second.Type == "stream"
            && JupyterMessage.Text(first.Content, "name") == JupyterMessage.Text(second.Content, "name")
            && JupyterMessage.Text(first.Parent, "msg_id") == JupyterMessage.Text(second.Parent, "msg_id");
        return same
            ? second with
            {
                Content = new()
                {
                    ["name"] = JupyterMessage.Text(first.Content, "name"),
                    ["text"] = JupyterMessage.Text(first.Content, "text") + JupyterMessage.Text(second.Content, "text"),
                },
            }
            : null;
    }
}
