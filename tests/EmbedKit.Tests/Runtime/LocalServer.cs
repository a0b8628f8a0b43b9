using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmbedKit.Tests.Runtime;

/// <summary>A real HTTP server on loopback that can also misbehave: cut an answer, announce another length, never answer.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Request, Reply> _answer;

    internal LocalServer(Func<Request, Reply> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = ServeAsync();
    }

    internal sealed record Request(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);

    internal sealed record Reply(int Status, byte[] Body)
    {
        internal Reply(int status, string body = "") : this(status, Encoding.UTF8.GetBytes(body))
        {
        }

        internal (string Name, string Value)[] Headers { get; init; } = [];

        /// <summary>Bytes of the body that are sent before the connection is cut.</summary>
        internal int? CutAfter { get; init; }

        /// <summary>Whether the connection stays open without an answer.</summary>
        internal bool Silent { get; init; }

        /// <summary>Pause after each <see cref="Step"/>, so that a test can interrupt.</summary>
        internal TimeSpan Pause { get; init; }

        /// <summary>Bytes sent at a time.</summary>
        internal int Step { get; init; } = 1 << 14;

        /// <summary>The length that is announced; null announces the true one, an empty one none.</summary>
        internal string? Length { get; init; }
    }

    internal Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The same server by another host name.</summary>
    internal Uri OtherName => new($"http://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Everything asked so far.</summary>
    internal ConcurrentQueue<Request> Requests { get; } = new();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => HandleAsync(client));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task HandleAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await using var stream = client.GetStream();
            var request = await ReadAsync(stream);
            Requests.Enqueue(request);
            var reply = _answer(request);
            if (reply.Silent)
            {
                await Task.Delay(Timeout.Infinite, _stop.Token);
            }

            var head = new StringBuilder($"HTTP/1.1 {reply.Status} Said\r\nConnection: close\r\n");
            if (reply.Length != "")
            {
                head.Append("Content-Length: ").Append(reply.Length ?? reply.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture))
                    .Append("\r\n");
            }

            foreach (var (name, value) in reply.Headers)
            {
                head.Append(name).Append(": ").Append(value).Append("\r\n");
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
            foreach (var part in reply.Body[..(reply.CutAfter ?? reply.Body.Length)].Chunk(reply.Step))
            {
                await stream.WriteAsync(part);
                await Task.Delay(reply.Pause, _stop.Token);
            }

            await stream.FlushAsync();
            client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away, or the test is over.
        }
    }

    private static async Task<Request> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (!(bytes.Count >= 4 && bytes[^4..] is [13, 10, 13, 10]) && await stream.ReadAsync(one) == 1)
        {
            bytes.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(p => p[0], p => p[1], StringComparer.OrdinalIgnoreCase);
        var body =
            new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)
                : 0];
        await stream.ReadExactlyAsync(body);
        var words = lines[0].Split(' ');
        return new(words[0], words[1], headers, Encoding.UTF8.GetString(body));
    }
}
