using System.Diagnostics;

namespace EmbedKit.Benchmarks.Inference;

/// <summary>@huggingface/transformers on onnxruntime-node, installed as <c>node/package.json</c> pins it.</summary>
internal static class NodePeer
{
    /// <summary>Installs what is missing into a folder.</summary>
    /// <returns>The script to run with node, and the versions; null where there is no node or the packages cannot be had, with the reason on standard
    /// error.</returns>
    internal static (string Script, string Versions)? Install(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in new[] { "package.json", "contestant.mjs" })
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Inference", "node", file), Path.Combine(folder, file), overwrite: true);
        }

        try
        {
            // Scripts of packages are not run: onnxruntime-node's fetches CUDA libraries, and its CPU library is in the package.
            Run("npm", folder, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent");
            const string Show = "const v = p => JSON.parse(require('fs').readFileSync(`node_modules/${p}/package.json`)).version;"
                + "console.log(`@huggingface/transformers ${v('@huggingface/transformers')}, onnxruntime-node ${v('onnxruntime-node')}, node "
                + "${process.versions.node}`)";
            return (Path.Combine(folder, "contestant.mjs"), Run("node", folder, "--input-type=commonjs", "-e", Show).Trim());
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            Console.Error.WriteLine($"transformers.js is not measured: {error.Message} Install node 20 with npm.");
            return null;
        }
    }

    private static string Run(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}.");
    }
}
