using System.Net;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>Where a Jupyter client waits for the kernel: the connection file that it writes before starting one.</summary>
internal sealed record ConnectionFile(IPAddress Address, int Shell, int Control, int IoPub, int Stdin, int Heartbeat, string Key)
{
    private const long LargestFile = 1 << 16;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InputException">No such file, bad JSON, a missing entry, a transport or signature scheme other than tcp and
    /// hmac-sha256, an address that other machines reach, no key to sign with.</exception>
    internal static ConnectionFile Read(string path)
    {
        var bytes = RegularFile.ReadJson(path, "a Jupyter connection file", LargestFile);
        try
        {
            using var json = JsonDocument.Parse(bytes, new() { AllowDuplicateProperties = false });
            var root = json.RootElement;
            Expect(root, "transport", "tcp", path);
            Expect(root, "signature_scheme", "hmac-sha256", path);
            int Port(string channel) => root.GetProperty(channel + "_port").GetInt32() is > 0 and <= ushort.MaxValue and var port
                ? port : throw new FormatException($"{channel}_port is no port");
            return new(
                Loopback(root.GetProperty("ip").GetString(), path), Port("shell"), Port("control"), Port("iopub"), Port("stdin"), Port("hb"),
                root.TryGetProperty("key", out var key) && key.GetString() is { Length: > 0 } secret ? secret
                    : throw new InputException($"{path}: key is empty: anybody could run code; expected the key that messages are signed with."));
        }
        catch (Exception error) when (error
            is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InputException(
                $"{path}: not a Jupyter connection file ({error.Message.ReplaceLineEndings(" ")}); expected JSON with ip, five ports and key.",
                error);
        }
    }

    /// <summary>Whoever reaches a kernel's ports may try its key: only this machine does.</summary>
    private static IPAddress Loopback(string? ip, string path) =>
        ip is "localhost" ? IPAddress.Loopback : IPAddress.TryParse(ip, out var address) && IPAddress.IsLoopback(address) ? address
            : throw new InputException(
                $"{path}: ip is {ip?.ReplaceLineEndings(" ") ?? "null"}; expected this machine's own, e.g. 127.0.0.1. "
                    + "From elsewhere, forward the ports by ssh.");

    private static void Expect(JsonElement root, string name, string value, string path)
    {
        if (root.TryGetProperty(name, out var given) && given.GetString() is { Length: > 0 } text && text != value)
        {
            throw new InputException($"{path}: {name} is {text.ReplaceLineEndings(" ")}; expected {value}.");
        }
    }
}
