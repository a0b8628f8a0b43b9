using System.Security.Cryptography;
using System.Text.Json;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;

namespace EmbedKit.Tests.Embedding.Images;

/// <summary>Runs Golden/pillow/pillow_reference.py where Python has Pillow; otherwise the test skips and says what to install.</summary>
internal static class PillowReference
{
    internal static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden", "pillow");

    private static readonly PythonPeer Python = new("PIL, numpy", "apt-get install python3-pil python3-numpy");

    private static readonly PythonPeer WithTorchvision = new(
        "torchvision, PIL, numpy", "apt-get install python3-torchvision python3-pil python3-numpy");

    internal static JsonElement Golden => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "golden.json"))).RootElement;

    internal static JsonElement Run(IEnumerable<string> arguments, string? input = null) =>
        Python.Run(Path.Combine(Folder, "pillow_reference.py"), arguments, input);

    internal static JsonElement RunTorchvision(IEnumerable<string> arguments) =>
        WithTorchvision.Run(Path.Combine(Folder, "pillow_reference.py"), arguments, null);

    internal static string Hash(RgbImage image) => Convert.ToHexStringLower(SHA256.HashData(image.Pixels))[..16];

    /// <summary>The picture that pillow_reference.py draws by the same arithmetic.</summary>
    internal static RgbImage Pattern(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y, c) = (i / 3 % width, i / 3 / width, i % 3);
            pixels[i] = (byte)((x * 7) + (y * 13) + (c * 29) + (x * y % 31 * 5) + (((x / 9) + (y / 7)) % 2 * 90));
        }

        return new(width, height, pixels);
    }
}
