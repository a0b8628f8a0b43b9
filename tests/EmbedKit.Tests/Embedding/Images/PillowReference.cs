using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using EmbedKit.Data;

namespace EmbedKit.Tests.Embedding.Images;

/// <summary>Runs Golden/pillow/pillow_reference.py where Python has Pillow; otherwise the test skips and says what to install.</summary>
internal static class PillowReference
{
    internal static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden", "pillow");

    private static readonly Lazy<string?> Python = new(() => new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(p => Try(p, ["-c", "import PIL, numpy"], null) is not null));

    internal static JsonElement Golden => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "golden.json"))).RootElement;

    internal static JsonElement Run(IEnumerable<string> arguments, string? input = null)
    {
        Assert.SkipWhen(Python.Value is null, "Pillow not found; install it with: apt-get install python3-pil python3-numpy");
        var output = Try(Python.Value!, [Path.Combine(Folder, "pillow_reference.py"), .. arguments], input);
        Assert.True(output is not null, "pillow_reference.py failed");
        return JsonDocument.Parse(output).RootElement;
    }

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

    private static string? Try(string program, IEnumerable<string> arguments, string? input)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
