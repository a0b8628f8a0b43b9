using System.Globalization;
using System.Text;
using EmbedKit.Benchmarking;
using EmbedKit.Data.Demo;
using EmbedKit.Embedding;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Quantization;
using EmbedKit.Experiments;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarks.Inference;

/// <summary>
/// <c>int8-accuracy [--out FILE.md] [--work DIR] [--seeds 20] [--size 1400] [--threads N]</c>: the demo world embedded by the tiny encoders in
/// float32 and in int8, the same fusion models trained on both, seed by seed, and their macro-F1 on test rows compared.
/// </summary>
internal static class Int8Accuracy
{
    internal static int Run(string[] arguments)
    {
        var (seeds, size, threads) = (arguments.Option("seeds", 20), arguments.Option("size", DemoWriter.DefaultSize), arguments.Option("threads", Environment.ProcessorCount));
        var work = Path.GetFullPath(arguments.Option("work", Path.Combine(RepositoryFolder.Find("tests"), "..", "artifacts", "int8-accuracy")));
        var (random, plan) = (new RandomStreams(0), new ReproductionPlan());
        DemoWriter.Write(Path.Combine(work, "data"), size, random, threads);
        var rows = new StringBuilder();
        var largest = 0.0;
        foreach (var encoder in plan.Encoders)
        {
            var models = new[] { encoder.ImageModel, encoder.TextModel ?? encoder.ImageModel }.Distinct().ToDictionary(m => m, m => Quantize(m, Path.Combine(work, "models", m)));
            foreach (var task in plan.Tasks)
            {
                EmbeddingSet Embed(ModelPrecision precision)
                {
                    string Model(string name) => precision == ModelPrecision.Int8 ? models[name] : name;
                    var options = new EncoderOptions { Precision = precision };
                    using var image = new OnnxImageEncoder(ModelFolder.Open(Model(encoder.ImageModel)), options);
                    using var text = new OnnxTextEncoder(ModelFolder.Open(Model(encoder.TextModel ?? encoder.ImageModel)), options);
                    var folder = Path.Combine(work, "data", task.Dataset);
                    return new ExtractionJob(image, text, new() { Threads = threads }).Run(Path.Combine(folder, "labels.csv"), Path.Combine(folder, "images")).Embeddings;
                }

                var sweep = new SweepOptions { Labels = [task.Label], Lambdas = [0], Seeds = seeds, Threads = threads, Dataset = task.Dataset, Encoder = encoder.Name };
                var scores = new[] { ModelPrecision.Float32, ModelPrecision.Int8 }.Select(p => SweepRunner.Run(Embed(p), sweep, random).Where(r => r.Split == Data.Split.Test).ToArray()).ToArray();
                foreach (var fusion in scores[0].Select(r => r.Fusion).Distinct())
                {
                    double[] Of(int precision) => [.. scores[precision].Where(r => r.Fusion == fusion).OrderBy(r => r.Seed).Select(r => 100 * r.MacroF1)];
                    var (full, small) = (Of(0), Of(1));
                    var differences = small.Zip(full, (s, f) => s - f).ToArray();
                    var mean = differences.Average();
                    var error = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1) / differences.Length);
                    largest = Math.Max(largest, Math.Abs(mean));
                    rows.Append(CultureInfo.InvariantCulture, $"| {task.Name} | {encoder.Name} | {fusion} | {full.Average():0.00} | {small.Average():0.00} | {mean:+0.00;−0.00;0.00} | {error:0.00} |\n");
                }
            }
        }

        var file = arguments.Option("out", Path.Combine(RepositoryFolder.Find("tests/EmbedKit.Benchmarks/results"), "int8-accuracy.md"));
        AtomicFile.WriteText(file, Report(rows.ToString(), largest, seeds, MachineDescription.Current()));
        Console.WriteLine(File.ReadAllText(file));
        return 0;
    }

    private static string Quantize(string model, string folder)
    {
        ModelQuantization.Run(ModelFolder.Open(model), new() { Samples = 0 }, folder, new RandomStreams(0));
        return folder;
    }

    private static string Report(string rows, double largest, int seeds, MachineDescription machine) => string.Create(CultureInfo.InvariantCulture, $"""
        # Macro-F1 on int8 embeddings against float32

        ```
        dotnet run -c Release --project tests/EmbedKit.Benchmarks -- int8-accuracy
        ```

        {machine.Processor}, {machine.Cores} cores, {machine.OperatingSystem}. {string.Join(", ", machine.Versions.Select(v => $"{v.Name} {v.Version}"))}.

        Synthetic demo data. The tiny encoders in float32 and quantised by `embedkit models quantize`; on both embeddings the same fusion models, leak-free
        protocol, λ = 0, {seeds} seeds: equal seeds start from equal weights and see rows in equal order. Macro-F1 on test rows in points, means over
        seeds; the difference is int8 − float32, seed by seed, with the standard error of its mean. Asked for: at most 0.5 points either way; the largest
        mean difference is {largest:0.00}.

        | task | encoder | fusion | F1 float32 | F1 int8 | difference | standard error |
        |---|---|---|---:|---:|---:|---:|
        {rows}
        """);
}
