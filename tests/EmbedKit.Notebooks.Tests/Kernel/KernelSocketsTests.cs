using System.Net;
using System.Net.Sockets;
using EmbedKit.Notebooks.Kernel;
using NetMQ;
using NetMQ.Sockets;

namespace EmbedKit.Notebooks.Tests.Kernel;

public sealed class KernelSocketsTests
{
    private static readonly byte[] Greeting = [255, 0, 0, 0, 0, 0, 0, 0, 0, 127, 3, 0, 78, 85, 76, 76, .. new byte[48]];

    /// <summary>Parts of what the versions of the protocol say, valid and not, of which peers say any in any order and then go.</summary>
    private static readonly byte[][] Frames =
    [
        [1, 0], [1, 1], [2, 0, 97], [2, 1, 97], [3, 0, 104, 105], [5, 0, 0], [0], [255], [255, 0, 0, 0, 0, 0, 0, 0, 1, 0], [128], [127, 0],
        [255, 0, 0, 0, 0, 0, 0, 0, 1, 127], [4, 25, 5, 82, 69, 65, 68, 89], [4, 6, 5, 82, 69, 65, 68, 89],
        [4, 10, 5, 82, 69, 65, 68, 89, 200, 0, 0, 0], [2, 0, 0, 0, 0, 127, 0, 0, 0], [2, 127, 255, 255, 255, 255, 255, 255, 255],
    ];

    [Fact]
    public async Task Whatever_peers_say_the_next_heartbeat_is_answered()
    {
        var ports = FreePorts.Take(5);
        var sockets = new KernelSockets(
            new(IPAddress.Loopback, ports[0], ports[1], ports[2], ports[3], ports[4], "key"), _ => { }, _ => { }, _ => { }, TextWriter.Null);
        var running = Task.Run(sockets.Run, TestContext.Current.CancellationToken);
        try
        {
            var random = new Random(1);
            foreach (var turn in Enumerable.Range(0, 300))
            {
                using var peer = new TcpClient();
                await peer.ConnectAsync(IPAddress.Loopback, ports[turn % 5], TestContext.Current.CancellationToken);
                peer.LingerState = new(turn % 3 == 0, 0);
                byte[] said =
                    [.. turn % 2 == 0 ? Greeting : [], .. Enumerable.Range(0, random.Next(1, 7)).SelectMany(_ => Frames[random.Next(Frames.Length)])];
                await peer.GetStream().WriteAsync(said, TestContext.Current.CancellationToken);
            }

            using var client = new RequestSocket($">tcp://127.0.0.1:{ports[4]}");
            client.SendFrame("beat");
            Assert.True(client.TryReceiveFrameString(TimeSpan.FromSeconds(60), out var answer), "no answer");
            Assert.Equal("beat", answer);
        }
        finally
        {
            sockets.Stop();
            await running;
            sockets.Dispose();
        }
    }
}
