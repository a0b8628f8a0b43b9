using System.Diagnostics;
using System.Text.Json;

namespace EmbedKit.Tokenizers.Tests;

/// <summary>Token ids that Hugging Face's own code gives for the same <c>tokenizer.json</c>.</summary>
/// <param name="Rust">By the Rust library, which Python's transformers runs.</param>
/// <param name="JavaScript">By the library of transformers.js; null where it does not know the file.</param>
internal sealed record PeerIds(int[][] Rust, int[][]? JavaScript);

/// <summary>Runs <c>Peer/tokenize.mjs</c> on Node.</summary>
internal static class HuggingFacePeer
{
    internal static Dictionary<string, PeerIds> Run(IReadOnlyList<string> files, IReadOnlyList<string> texts)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "../../../../tests/EmbedKit.Tokenizers.Tests/Peer");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(folder, "node_modules", "@anush008")),
            "Hugging Face's tokenizers for Node; install them with: apt-get install nodejs npm; npm install --ignore-scripts --no-package-lock --prefix tests/EmbedKit.Tokenizers.Tests/Peer");
        using var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "tokenize.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Write(JsonSerializer.Serialize(new { files, texts }));
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return JsonDocument.Parse(output.Result).RootElement.EnumerateObject().ToDictionary(
            p => p.Name, p => new PeerIds(p.Value.GetProperty("rust").Deserialize<int[][]>()!, p.Value.GetProperty("javascript").Deserialize<int[][]>()));
    }
}
