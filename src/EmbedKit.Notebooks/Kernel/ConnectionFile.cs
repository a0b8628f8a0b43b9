using System.Globalization;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>Where a Jupyter client waits for the kernel: the connection file that it writes before starting one.</summary>
internal sealed record ConnectionFile(string Ip, int Shell, int Control, int IoPub, int Stdin, int Heartbeat, string Key)
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="InputException">No such file, bad JSON, a missing key, a transport or signature scheme other than tcp and hmac-sha256.</exception>
    internal static ConnectionFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path}: no such file; expected a Jupyter connection file.");
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            Expect(root, "transport", "tcp", path);
            Expect(root, "signature_scheme", "hmac-sha256", path);
            int Port(string channel) => root.GetProperty(channel + "_port").GetInt32();
            return new(
                root.GetProperty("ip").GetString()!, Port("shell"), Port("control"), Port("iopub"), Port("stdin"), Port("hb"),
                root.TryGetProperty("key", out var key) ? key.GetString() ?? "" : "");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{path}: not a Jupyter connection file ({error.Message}); expected JSON with ip, five ports and key.", error);
        }
    }

    /// <summary>The address of one port.</summary>
    internal string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"tcp://{Ip}:{port}");

    private static void Expect(JsonElement root, string name, string value, string path)
    {
        if (root.TryGetProperty(name, out var given) && given.GetString() is { Length: > 0 } text && text != value)
        {
            throw new InputException($"{path}: {name} is {text}; expected {value}.");
        }
    }
}
