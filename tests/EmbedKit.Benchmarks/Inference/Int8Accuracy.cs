using System.Globalization;
using System.Text;
using EmbedKit.Benchmarking;
using EmbedKit.Data;
using EmbedKit.Demo;
using EmbedKit.Demo.World;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Models;
using EmbedKit.Evaluation;
using EmbedKit.Experiments;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Quantization;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;

namespace EmbedKit.Benchmarks.Inference;

/// <summary>
/// <c>int8-accuracy [--out FILE.md] [--work DIR] [--seeds 40] [--size 1400] [--threads N]</c>: macro-F1 on the demo world embedded by the tiny
/// encoders in float32 and in int8, for classifiers trained on float32 that read int8 rows, and for classifiers trained on int8 anew.
/// </summary>
internal static class Int8Accuracy
{
    // Points of macro-F1 that quantisation may cost before it is called a cost.
    private const double Bar = 0.5;

    private static readonly FusionKind[] Fusions = [FusionKind.Early, FusionKind.Late];

    internal static int Run(string[] arguments)
    {
        var (seeds, size, threads) =
            (arguments.Option("seeds", 40), arguments.Option("size", DemoWriter.DefaultSize),
                arguments.Option("threads", Environment.ProcessorCount));
        var work = Path.GetFullPath(arguments.Option("work", Path.Combine(RepositoryFolder.Find("tests"), "..", "artifacts", "int8-accuracy")));
        var plan = DemoPlan.Full;
        DemoWriter.Write(Path.Combine(work, "data"), size, new RandomStreams(0), threads);
        var cells = new List<(string Name, Scores[] Seeds)>();
        foreach (var encoder in plan.Encoders)
        {
            foreach (var task in plan.Tasks)
            {
                var (full, small) =
                    (Embed(work, task, encoder, ModelPrecision.Float32, threads), Embed(work, task, encoder, ModelPrecision.Int8, threads));
                foreach (var fusion in Fusions)
                {
                    var scores = new Scores[seeds];
                    var options = new ProtocolOptions { Fusion = new() { Kind = fusion } };
                    Parallel.For(
                        0, seeds, new() { MaxDegreeOfParallelism = threads }, seed => scores[seed] = Score(full, small, task.Label, options, seed));
                    cells.Add(($"| {task.Name} | {encoder.Name} | {fusion.ToString().ToLowerInvariant()} |", scores));
                    Console.WriteLine(Row(cells[^1].Name, cells[^1].Seeds));
                }
            }
        }

        var file = arguments.Option("out", Path.Combine(RepositoryFolder.Find("tests/EmbedKit.Benchmarks/results"), "int8-accuracy.md"));
        AtomicFile.WriteText(file, Report(cells, seeds, MachineDescription.Current()));
        Console.WriteLine($"wrote {file}");
        return 0;
    }

    /// <summary>Equal seeds start from equal weights and see rows in equal order.</summary>
    private static Scores Score(EmbeddingSet full, EmbeddingSet small, string label, ProtocolOptions options, int seed)
    {
        torch.set_num_threads(1);
        var random = new RandomStreams(seed);
        using var onFull = ProtocolRun.Run(full, [label], options, random);
        using var onSmall = ProtocolRun.Run(small, [label], options, random);
        var swapped = Metrics.Compute(onFull.Model.Predict(small.Select(small.RowsOf(Split.Test))));
        return new(100 * onFull.Test.Metrics.MacroF1, 100 * swapped.MacroF1, 100 * onSmall.Test.Metrics.MacroF1);
    }

    private static EmbeddingSet Embed(string work, ReproductionTask task, EncoderPair encoder, ModelPrecision precision, int threads)
    {
        ModelFolder Open(string name) =>
            ModelFolder.Open(precision == ModelPrecision.Float32 ? name : Quantize(name, Path.Combine(work, "models", name)));
        var options = new EncoderOptions { Precision = precision };
        using var image = new OnnxImageEncoder(Open(encoder.ImageModel), options);
        using var text = new OnnxTextEncoder(Open(encoder.TextModel ?? encoder.ImageModel), options);
        var folder = Path.Combine(work, "data", task.Dataset);
        return new ExtractionJob(image, text, new() { Threads = threads }).Run(
            Path.Combine(folder, "labels.csv"), Path.Combine(folder, "images")).Embeddings;
    }

    private static string Quantize(string model, string folder)
    {
        ModelQuantization.Run(ModelFolder.Open(model), new(), samples: null, folder);
        return folder;
    }

    private static string Row(string name, Scores[] seeds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name} {seeds.Average(s => s.Full):0.00} | {Difference(seeds.Select(s => s.Swapped - s.Full))} | "
            + $"{Difference(seeds.Select(s => s.Retrained - s.Full))} |");

    private static string Difference(IEnumerable<double> differences)
    {
        var values = differences.ToArray();
        var mean = values.Average();
        var error = Math.Sqrt(values.Sum(d => (d - mean) * (d - mean)) / Math.Max(1, values.Length - 1) / values.Length);
        return string.Create(CultureInfo.InvariantCulture, $"{mean:+0.00;−0.00;0.00} ± {error:0.00}");
    }

    private static string Report(List<(string Name, Scores[] Seeds)> cells, int seeds, MachineDescription machine)
    {
        var rows = new StringBuilder();
        cells.ForEach(c => rows.Append(Row(c.Name, c.Seeds)).Append('\n'));
        Scores Mean(int seed) =>
            new(cells.Average(c => c.Seeds[seed].Full), cells.Average(c => c.Seeds[seed].Swapped), cells.Average(c => c.Seeds[seed].Retrained));
        rows.Append(Row("| mean of all | | |", [.. Enumerable.Range(0, seeds).Select(Mean)]));
        var changes = cells.ConvertAll(c => Math.Abs(c.Seeds.Average(s => s.Swapped - s.Full)));
        var (largest, within) = (changes.Max(), changes.Count(c => c <= Bar));
        return string.Create(CultureInfo.InvariantCulture, $"""
            # Macro-F1 on int8 embeddings against float32

            ```
            dotnet run -c Release --project tests/EmbedKit.Benchmarks -- int8-accuracy
            ```

            {machine.Processor}, {machine.Cores} cores, {machine.OperatingSystem}. {string.Join(
                ", ", machine.Versions.Select(v => $"{v.Name} {v.Version}"))}.

            Synthetic demo data, the tiny encoders in float32 and quantised by `embedkit models quantize`; leak-free protocol, no alignment, {seeds} seeds.
            Macro-F1 on test rows in points, means over seeds; differences are int8 − float32, seed by seed, with the standard error of their mean.

            *Same classifier*: trained on float32 embeddings, it reads the test rows in int8: what quantisation alone does: at most {Bar} points
            either way in {within} of {cells.Count}; the largest is {largest:0.00}. *Trained anew*: trained and tested on int8 embeddings, from the same initial
            weights and in the same order. Training magnifies differences of any kind: single figures move by as much as another seed moves them, as the standard errors tell, so
            the mean of all is the figure to read.

            | task | encoder | fusion | F1 float32 | same classifier | trained anew |
            |---|---|---|---:|---:|---:|
            {rows}

            """);
    }

    /// <summary>Macro-F1 of one seed, in points.</summary>
    private sealed record Scores(double Full, double Swapped, double Retrained);
}
