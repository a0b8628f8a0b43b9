using System.Text;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;
using NetMQ;
using NetMQ.Sockets;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>
/// The kernel's five sockets and the one thread that may touch them: it takes requests in, sends answers out, and answers heartbeats, while
/// cells run elsewhere. It never waits: neither for a client nor for a cell.
/// </summary>
internal sealed class KernelSockets : IDisposable
{
    private const int PendingOutputs = 64;

    /// <summary>Messages sent before the other sockets get their turn.</summary>
    private const int SentAtOnce = 16;

    /// <summary>Messages held for a client that does not read; it loses what comes after.</summary>
    private const int HeldForClient = 4096;
    private const long LargestMessage = 64L << 20;

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
    private readonly MessageGate _gate;
    private readonly NetMQPoller _poller;
    private volatile bool _closed;

    /// <summary>Binds the sockets.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="onShell">Gets requests of the shell channel, on the sockets' thread.</param>
    /// <param name="onControl">Gets requests of the control channel, on the sockets' thread.</param>
    /// <param name="onInput">Gets what the client's user typed, on the sockets' thread.</param>
    /// <param name="log">Where it is said that messages were dropped.</param>
    /// <exception cref="InputException">A port is taken.</exception>
    internal KernelSockets(
        ConnectionFile connection, Action<JupyterMessage> onShell, Action<JupyterMessage> onControl, Action<JupyterMessage> onInput, TextWriter log)
    {
        _key = Encoding.UTF8.GetBytes(connection.Key);
        _gate = new(_key, log);
        Bind(_shell, connection.Address(connection.Shell));
        Bind(_control, connection.Address(connection.Control));
        Bind(_stdin, connection.Address(connection.Stdin));
        Bind(_heartbeat, connection.Address(connection.Heartbeat));
        _ioPub.Options.SendHighWatermark = HeldForClient;
        Bind(_ioPub, connection.Address(connection.IoPub));

        _shell.ReceiveReady += (_, _) => Receive(_shell, onShell);
        _control.ReceiveReady += (_, _) => Receive(_control, onControl);
        _stdin.ReceiveReady += (_, _) => Receive(_stdin, onInput);
        _heartbeat.ReceiveReady += (_, _) => Echo();
        _outgoing.ReceiveReady += (_, _) => SendPending(SentAtOnce);
        _poller = [_shell, _control, _stdin, _heartbeat, _outgoing];
    }

    /// <summary>Messages dropped so far.</summary>
    internal long Dropped => _gate.Dropped;

    /// <summary>Works until <see cref="Stop"/>; what was sent before it still goes out.</summary>
    internal void Run()
    {
        _poller.Run();
        _closed = true;
        SendPending(int.MaxValue);
    }

    /// <summary>Ends <see cref="Run"/>, also one that has not begun, which the poller itself would not; from any thread.</summary>
    internal void Stop() => _outgoing.Enqueue(null);

    /// <summary>Sends an answer on the shell channel; from any thread.</summary>
    internal void Reply(JupyterMessage request, string type, JsonObject content) => Send(_shell, request.Answer(type, content));

    /// <summary>Sends an answer on the control channel; from any thread.</summary>
    internal void ReplyControl(JupyterMessage request, string type, JsonObject content) => Send(_control, request.Answer(type, content));

    /// <summary>Asks the user of the client that sent a request to type something; from any thread.</summary>
    internal void Ask(JupyterMessage request) =>
        Send(_stdin, request.Answer("input_request", new() { ["prompt"] = "", ["password"] = false }));

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
            var why = error is AddressAlreadyInUseException ? "another process does" : error.Message.ReplaceLineEndings(" ");
            throw new InputException($"{address}: cannot listen there ({why}); expected five free ports in the connection file.", error);
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
        NetMQMessage? frames = null;
        if (!socket.TryReceiveMultipartMessage(ref frames) || _gate.Read(frames) is not { } message)
        {
            return;
        }

        try
        {
            handle(message);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException)
        {
            // Signed and sound, and yet nothing that can be answered: this thread serves all others too.
            _gate.Drop();
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

    private void SendPending(int most)
    {
        for (var sent = 0; sent < most && _outgoing.TryDequeue(out var item, TimeSpan.Zero); sent++)
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

            // A router whose peer's pipe is full would wait; such a peer has stopped reading its answers.
            next.Socket.TrySendMultipartMessage(next.Message.ToFrames(_key));
        }
    }
}
