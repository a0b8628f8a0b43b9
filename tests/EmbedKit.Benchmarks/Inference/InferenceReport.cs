using System.Globalization;
using System.Text;
using EmbedKit.Benchmarking;

namespace EmbedKit.Benchmarks.Inference;

/// <summary>What the contestants did, as a table and as a file.</summary>
internal sealed class InferenceReport
{
    private const double MiB = 1 << 20;
    private readonly IReadOnlyList<Contestant> _contestants;
    private readonly int[] _batches;
    private readonly int _threads;
    private readonly int _rounds;

    internal InferenceReport(IReadOnlyList<Contestant> contestants, double[] cosines, int[] batches, int threads, int rounds)
    {
        (_contestants, _batches, _threads, _rounds) = (contestants, batches, threads, rounds);
        var text = new StringBuilder(
            $"| | {string.Join(" | ", batches.Select(b => $"images/s, batch {b} (spread)"))} | smallest cosine to EmbedKit fp32 | peak resident "
                + "MiB |\n");
        text.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(batches.Select(_ => "---:|"))}---:|---:|\n");
        foreach (var (contestant, cosine) in contestants.Zip(cosines))
        {
            var speeds = batches.Select(b => Text($"{PerSecond(contestant, b):0.00} ({contestant.Seconds(b).Spread:P0})"));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {contestant.Name} | {string.Join(" | ", speeds)} | {cosine:0.000000} | {contestant.PeakBytes() / MiB:0} |\n");
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"\n| ratio | {string.Join(" | ", batches.Select(b => $"batch {b}"))} | asked for "
                + $"|\n|---|{string.Concat(batches.Select(_ => "---:|"))}---:|\n");
        Ratio(text, "EmbedKit fp32", "TorchSharp eager fp32", "≥ 1.2");
        Ratio(text, "EmbedKit fp32", "transformers.js fp32", "≥ 0.97");
        Ratio(text, "EmbedKit int8", "EmbedKit fp32", "≥ 2.5");
        Table = text.ToString();
    }

    internal string Table { get; }

    internal double LargestSpread => _contestants.Max(c => _batches.Max(b => c.Seconds(b).Spread));

    internal string Markdown(MachineDescription machine, string? peerVersions)
    {
        var versions = string.Join(", ", machine.Versions.Select(v => $"{v.Name} {v.Version}").Append(peerVersions).OfType<string>());
        return Text($"""
            # Inference on a ViT-B/14 with random weights

            ```
            dotnet run -c Release --project tests/EmbedKit.Benchmarks -- inference
            ```

            {machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB:0.0} GiB, {machine.OperatingSystem}. {versions}.

            The shape of DINOv2-base (224², patches of 14, 12 layers, width 768, 12 heads, layer scale), random weights, the same in all; input: the same
            random pixels, output: class tokens. {_threads} threads each. Every contestant is a process of its own and runs once a round, {_rounds} rounds after
            one to warm up, starting with another each round. Speeds are from median times; the spread is the middle half of the times over the median.
            Peak resident: the largest resident set of that process (VmHWM), which has loaded the model and run batches of 1 and {_batches.Max()}.

            {Table}
            """);
    }

    private void Ratio(StringBuilder text, string over, string under, string bar)
    {
        var (above, below) = (_contestants.FirstOrDefault(c => c.Name == over), _contestants.FirstOrDefault(c => c.Name == under));
        if (above is not null && below is not null)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {over} / {under} | {string.Join(" | ", _batches.Select(b => Text($"{PerSecond(above, b) / PerSecond(below, b):0.00}")))} | "
                    + $"{bar} |\n");
        }
    }

    private static double PerSecond(Contestant contestant, int batch) => batch / contestant.Seconds(batch).Median;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
