using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EmbedKit.Benchmarks.Inference;

/// <summary>A process that runs the model one way, asked by line (see <see cref="ContestantProcess"/>).</summary>
internal sealed class Contestant : IDisposable
{
    private readonly Process _process;
    private readonly Dictionary<int, List<double>> _seconds = [];

    internal Contestant(string name, string program, params string[] arguments)
    {
        Name = name;
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (ReadLine() != "ready")
        {
            throw new InvalidOperationException($"{name} did not start.");
        }
    }

    internal string Name { get; }

    /// <summary>Another instance of this program.</summary>
    internal static Contestant Own(string name, string kind, string model, string pixels, int threads, int seed) => new(
        name, Environment.ProcessPath!, "contestant", kind, "--model", model, "--pixels", pixels, "--threads", $"{threads}", "--seed", $"{seed}");

    /// <summary>Runs one batch; the time of runs that only warm up is forgotten.</summary>
    internal void Run(int batch, bool isWarmUp)
    {
        var seconds = double.Parse(Ask($"run {batch}"), CultureInfo.InvariantCulture);
        if (!isWarmUp)
        {
            (_seconds.TryGetValue(batch, out var times) ? times : _seconds[batch] = []).Add(seconds);
        }
    }

    internal Repeats Seconds(int batch) => new(_seconds[batch]);

    internal float[] Embed(string file)
    {
        Ask($"embed {file}");
        return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();
    }

    internal long PeakBytes() => long.Parse(Ask("memory"), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return ReadLine();
    }

    private string ReadLine() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name} ended.");
}

/// <summary>Times of one thing measured several times.</summary>
internal sealed class Repeats(IEnumerable<double> values)
{
    private readonly double[] _sorted = [.. values.Order()];

    internal double Median => Quantile(0.5);

    /// <summary>The middle half of the times, as a share of the median.</summary>
    internal double Spread => (Quantile(0.75) - Quantile(0.25)) / Median;

    private double Quantile(double share)
    {
        var at = share * (_sorted.Length - 1);
        var (low, high) = (_sorted[(int)at], _sorted[Math.Min((int)at + 1, _sorted.Length - 1)]);
        return low + ((high - low) * (at - (int)at));
    }
}
