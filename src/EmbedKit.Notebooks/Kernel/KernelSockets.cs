using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>The kernel's five ports: takes requests in, sends answers out, and answers heartbeats, on threads that no cell can hold.</summary>
internal sealed class KernelSockets : IDisposable
{
    private readonly byte[] _key;
    private readonly Lock _reading = new();
    private readonly MessageGate _gate;
    private readonly ManualResetEventSlim _stopped = new();
    private readonly List<ZmtpPort> _ports = [];
    private readonly ZmtpPort _stdin;
    private readonly ZmtpPort _ioPub;

    /// <summary>Takes the ports.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="onShell">Gets requests of the shell channel, on a thread of the client.</param>
    /// <param name="onControl">Gets requests of the control channel, on a thread of the client.</param>
    /// <param name="onInput">Gets what the client's user typed, on a thread of the client.</param>
    /// <param name="log">Where it is said that messages were dropped.</param>
    /// <exception cref="InputException">A port is taken.</exception>
    internal KernelSockets(
        ConnectionFile connection, Action<JupyterMessage> onShell, Action<JupyterMessage> onControl, Action<JupyterMessage> onInput, TextWriter log)
    {
        _key = Encoding.UTF8.GetBytes(connection.Key);
        _gate = new(_key, log);
        try
        {
            _ioPub = Take(connection, connection.IoPub, "PUB", (_, _) => { });
            _stdin = Take(connection, connection.Stdin, "ROUTER", (peer, frames) => Receive(peer, frames, onInput));
            Take(connection, connection.Control, "ROUTER", (peer, frames) => Receive(peer, frames, onControl));
            Take(connection, connection.Shell, "ROUTER", (peer, frames) => Receive(peer, frames, onShell));
            Take(connection, connection.Heartbeat, "ROUTER", (peer, frames) => peer.Send(frames));
        }
        catch (InputException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Messages dropped so far.</summary>
    internal long Dropped => _gate.Dropped;

    /// <summary>Serves until <see cref="Stop"/>.</summary>
    internal void Run()
    {
        _ports.ForEach(p => p.Open());
        _stopped.Wait();
    }

    /// <summary>Ends <see cref="Run"/>, also one that has not begun; from any thread.</summary>
    internal void Stop() => _stopped.Set();

    /// <summary>Answers on the channel that the request came by; from any thread.</summary>
    internal void Reply(JupyterMessage request, string type, JsonObject content) =>
        request.Peer?.Send(request.Answer(type, content).ToFrames(_key));

    /// <summary>Asks the user of the client that sent a request to type something; from any thread.</summary>
    internal void Ask(JupyterMessage request) => (request.Peer is { } peer ? _stdin.Find(peer.Identity) : null)?.Send(
        request.Answer("input_request", new() { ["prompt"] = "", ["password"] = false }).ToFrames(_key));

    /// <summary>Tells every client; from any thread.</summary>
    internal void Publish(JupyterMessage request, string type, JsonObject content) =>
        _ioPub.Publish(request.Answer(type, content, [Encoding.UTF8.GetBytes(type)]).ToFrames(_key));

    /// <summary>Sends what waits and closes.</summary>
    public void Dispose() => _ports.ForEach(p => p.Dispose());

    private ZmtpPort Take(ConnectionFile connection, int port, string type, Action<ZmtpPeer, IReadOnlyList<byte[]>> received)
    {
        ZmtpPort taken = new(new(connection.Address, port), type, received);
        _ports.Add(taken);
        return taken;
    }

    private void Receive(ZmtpPeer peer, IReadOnlyList<byte[]> frames, Action<JupyterMessage> handle)
    {
        JupyterMessage? message;
        lock (_reading)
        {
            message = _gate.Read(frames);
        }

        try
        {
            if (message is not null)
            {
                handle(message with { Peer = peer });
            }
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException)
        {
            // Signed and sound, and yet nothing that can be answered.
            lock (_reading)
            {
                _gate.Drop();
            }
        }
    }
}
