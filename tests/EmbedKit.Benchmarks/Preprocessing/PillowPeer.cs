using System.Diagnostics;
using System.Text.Json;

namespace EmbedKit.Benchmarks.Preprocessing;

/// <summary>The other side: pillow_peer.py in a process of its own, asked image by image.</summary>
internal sealed class PillowPeer : IDisposable
{
    private readonly Process _process;

    internal PillowPeer()
    {
        _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Preprocessing", "pillow_peer.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Versions = Answer().GetString()!;
    }

    internal string Versions { get; }

    internal (double[] Wall, double[] Cpu, string Hash) Run(string file)
    {
        _process.StandardInput.WriteLine(file);
        var answer = Answer();
        double[] Times(string name) => answer.GetProperty(name).Deserialize<double[]>()!;
        return (Times("wall"), Times("cpu"), answer.GetProperty("hash").GetString()!);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private JsonElement Answer() => JsonDocument.Parse(_process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException("/usr/bin/python3 stopped; expected python3-pil and python3-numpy to be installed.")).RootElement;
}
