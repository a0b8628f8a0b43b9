using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>
/// One connection of ZeroMQ's wire protocol (ZMTP 3.0, no encryption), on two threads of its own: a cell may hold every thread of the pool, and
/// the client must be answered all the same.
/// </summary>
internal sealed class ZmtpPeer : IDisposable
{
    /// <summary>Messages held for a peer that does not read; it loses what comes after.</summary>
    private const int Held = 4096;
    private const int LargestMessage = 64 << 20;
    private const int LargestGreeting = 4096;
    private const int MostFrames = 64;
    private const byte More = 1;
    private const byte Long = 2;
    private const byte Command = 4;
    private static readonly TimeSpan Greeting = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly string _type;
    private readonly NetworkStream _stream;
    private readonly BlockingCollection<IReadOnlyList<byte[]>> _outgoing = new(Held);
    private readonly Thread _writer;

    /// <param name="socket">The connection, which is the peer's from now on.</param>
    /// <param name="type">What this end is: <c>ROUTER</c> or <c>PUB</c>.</param>
    internal ZmtpPeer(Socket socket, string type)
    {
        (_socket, _type, _stream) = (socket, type, new(socket));
        _writer = new(Write) { IsBackground = true, Name = "kernel peer out" };
    }

    /// <summary>What the peer calls itself; the same on each of its sockets.</summary>
    internal byte[] Identity { get; private set; } = [];

    /// <summary>Greets, then gives every message until the peer goes or breaks the protocol.</summary>
    /// <param name="ready">The peer has greeted.</param>
    /// <param name="received">Gets the messages.</param>
    internal void Read(Action ready, Action<IReadOnlyList<byte[]>> received)
    {
        try
        {
            Greet();
            ready();
            _writer.Start();
            while (true)
            {
                var (frames, command) = ReadMessage(LargestMessage);
                if (command is null)
                {
                    received(frames);
                }
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or ObjectDisposedException or SocketException)
        {
            // Gone, or no peer of this protocol.
        }
    }

    /// <summary>Sends a message, or loses it where too many wait already; from any thread.</summary>
    internal void Send(IReadOnlyList<byte[]> frames)
    {
        try
        {
            _outgoing.TryAdd(frames);
        }
        catch (InvalidOperationException)
        {
            // It has gone.
        }
    }

    /// <summary>Sends what waits, for a second at most, and closes the connection.</summary>
    public void Dispose()
    {
        _outgoing.CompleteAdding();
        if (_writer.IsAlive && Environment.CurrentManagedThreadId != _writer.ManagedThreadId)
        {
            _writer.Join(Leaving);
        }

        _stream.Dispose();
        _socket.Dispose();
    }

    private void Greet()
    {
        _socket.NoDelay = true;
        _stream.ReadTimeout = (int)Greeting.TotalMilliseconds;
        byte[] own = [0xff, .. new byte[8], 0x7f, 3, 0, .. "NULL"u8, .. new byte[48]];
        _stream.Write(own);
        var theirs = Bytes(10);
        Expect(theirs[0] == 0xff && (theirs[9] & 1) == 1);
        Expect(Bytes(1)[0] >= 3);
        Expect(Bytes(53).AsSpan(1, 20).SequenceEqual(own.AsSpan(12, 20)));

        var (name, value) = ("Socket-Type"u8.ToArray(), Encoding.ASCII.GetBytes(_type));
        byte[] ready = [5, .. "READY"u8, (byte)name.Length, .. name, 0, 0, 0, (byte)value.Length, .. value];
        _stream.Write([Command, (byte)ready.Length, .. ready]);
        var answer = ReadMessage(LargestGreeting).Command;
        Expect(answer is not null && answer.AsSpan().StartsWith((byte[])[5, .. "READY"u8]));
        for (var at = 6; at < answer!.Length;)
        {
            var key = Part(answer, at + 1, answer[at]);
            at += 1 + key.Length;
            var content = Part(answer, at + 4, BinaryPrimitives.ReadInt32BigEndian(Part(answer, at, 4)));
            at += 4 + content.Length;
            if (Encoding.ASCII.GetString(key).Equals("Identity", StringComparison.OrdinalIgnoreCase))
            {
                Identity = content;
            }
        }

        _stream.ReadTimeout = Timeout.Infinite;
    }

    private static byte[] Part(byte[] bytes, int at, int length)
    {
        Expect(length >= 0 && at + length <= bytes.Length);
        return bytes[at..(at + length)];
    }

    /// <summary>The frames of one message, or a command by itself.</summary>
    private (List<byte[]> Frames, byte[]? Command) ReadMessage(int largest)
    {
        List<byte[]> frames = [];
        for (var left = (long)largest; ;)
        {
            var flags = Bytes(1)[0];
            Expect(flags <= (More | Long | Command) && frames.Count < MostFrames);
            var size = (flags & Long) != 0 ? BinaryPrimitives.ReadInt64BigEndian(Bytes(8)) : Bytes(1)[0];
            Expect(size >= 0 && size <= left);
            left -= size;
            var frame = Bytes((int)size);
            if ((flags & Command) != 0)
            {
                Expect(frames.Count == 0 && (flags & More) == 0);
                return (frames, frame);
            }

            frames.Add(frame);
            if ((flags & More) == 0)
            {
                return (frames, null);
            }
        }
    }

    /// <summary>Takes memory as bytes come, and not on a stranger's word.</summary>
    private byte[] Bytes(int count)
    {
        var bytes = new byte[Math.Min(count, 1 << 16)];
        for (var at = 0; ;)
        {
            _stream.ReadExactly(bytes, at, bytes.Length - at);
            at = bytes.Length;
            if (at == count)
            {
                return bytes;
            }

            Array.Resize(ref bytes, (int)Math.Min(count, 2L * at));
        }
    }

    private void Write()
    {
        try
        {
            foreach (var frames in _outgoing.GetConsumingEnumerable())
            {
                using MemoryStream message = new();
                for (var i = 0; i < frames.Count; i++)
                {
                    var header = new byte[9];
                    BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(1), frames[i].Length);
                    var isLong = frames[i].Length > byte.MaxValue;
                    header[0] = (byte)((i < frames.Count - 1 ? More : 0) | (isLong ? Long : 0));
                    message.Write(isLong ? header : [header[0], (byte)frames[i].Length]);
                    message.Write(frames[i]);
                }

                message.WriteTo(_stream);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException)
        {
            // Gone; its reader knows as well.
        }
    }

    private static void Expect(bool sound)
    {
        if (!sound)
        {
            throw new InvalidDataException();
        }
    }
}
