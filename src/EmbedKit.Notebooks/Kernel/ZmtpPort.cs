using System.Net;
using System.Net.Sockets;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>One port of the kernel and the peers that are connected to it.</summary>
internal sealed class ZmtpPort : IDisposable
{
    private const int MostPeers = 256;

    private readonly Lock _gate = new();
    private readonly List<ZmtpPeer> _peers = [];
    private readonly Socket _listener;
    private readonly string _type;
    private readonly Action<ZmtpPeer, IReadOnlyList<byte[]>> _received;
    private bool _closed;

    /// <summary>Takes the port.</summary>
    /// <param name="address">Where, on this machine.</param>
    /// <param name="type">What it is to its peers: <c>ROUTER</c> or <c>PUB</c>.</param>
    /// <param name="received">Gets each message, on a thread of its sender.</param>
    /// <exception cref="InputException">The port is taken.</exception>
    internal ZmtpPort(IPEndPoint address, string type, Action<ZmtpPeer, IReadOnlyList<byte[]>> received)
    {
        (_type, _received) = (type, received);
        _listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(address);
            _listener.Listen();
        }
        catch (SocketException error)
        {
            _listener.Dispose();
            throw new InputException(
                $"tcp://{address}: cannot listen there ({error.Message.ReplaceLineEndings(" ")}); expected five free ports in the connection file.",
                error);
        }
    }

    /// <summary>Lets peers in from now on; those that came before wait.</summary>
    internal void Open() => new Thread(Accept) { IsBackground = true, Name = "kernel port" }.Start();

    /// <summary>The connected peer of that name, or null.</summary>
    internal ZmtpPeer? Find(byte[] identity)
    {
        lock (_gate)
        {
            return _peers.FindLast(p => p.Identity.AsSpan().SequenceEqual(identity));
        }
    }

    /// <summary>Sends to every peer.</summary>
    internal void Publish(IReadOnlyList<byte[]> frames)
    {
        lock (_gate)
        {
            _peers.ForEach(p => p.Send(frames));
        }
    }

    /// <summary>Lets each peer have what waits for it, and closes.</summary>
    public void Dispose()
    {
        ZmtpPeer[] peers;
        lock (_gate)
        {
            _closed = true;
            peers = [.. _peers];
        }

        _listener.Dispose();
        Array.ForEach(peers, p => p.Dispose());
    }

    private void Accept()
    {
        var peers = 0;
        while (!_closed)
        {
            try
            {
                var socket = _listener.Accept();
                if (Interlocked.Increment(ref peers) > MostPeers)
                {
                    socket.Dispose();
                    Interlocked.Decrement(ref peers);
                    continue;
                }

                new Thread(() =>
                {
                    Serve(socket);
                    Interlocked.Decrement(ref peers);
                })
                { IsBackground = true, Name = "kernel peer in" }.Start();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // Closed, or a peer that went before it was there; out of handles, another will come.
                Thread.Sleep(_closed ? 0 : 10);
            }
        }
    }

    private void Serve(Socket socket)
    {
        using ZmtpPeer peer = new(socket, _type);
        peer.Read(() => Change(peers => peers.Add(peer)), frames => _received(peer, frames));
        Change(peers => peers.Remove(peer));
    }

    private void Change(Action<List<ZmtpPeer>> change)
    {
        lock (_gate)
        {
            change(_peers);
        }
    }
}
