using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmbedKit.Benchmarks.Inference;
using EmbedKit.Runtime;
using EmbedKit.Transformers.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Benchmarks.Training;

/// <summary>
/// <c>training-step [--batch 4] [--steps 5] [--rounds 3] [--out FILE.md]</c>: one minibatch of images through a ViT-B/16 of random weights and a
/// linear head: frozen (the head alone is trained) and fine-tuned, beside the same in PyTorch. A process a side and round, one thread each.
/// </summary>
internal static class StepComparison
{
    private const int Side = 224;

    internal static int Run(string[] arguments)
    {
        var (batch, steps, rounds) = (arguments.Option("batch", 4), arguments.Option("steps", 5), arguments.Option("rounds", 3));
        string[] asked = [Text(batch), Text(steps)];
        var ours = new List<JsonElement>();
        var theirs = new List<JsonElement>();
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(ChildProcess.Ours(["training-step-contestant", .. asked]));
            theirs.Add(ChildProcess.Python("Training/step_peer.py", "python3-torch libopenblas0-pthread", asked));
        }

        var rows = new[] { "frozen", "fine_tuned" }.Select(way =>
        {
            double Best(List<JsonElement> side) => side.Min(s => s.GetProperty(way).GetDouble());
            var (own, peer) = (Best(ours), Best(theirs));
            return FormattableString.Invariant($"| {way.Replace('_', '-')} | {peer:0.000} | {own:0.000} | {own / peer:0.00} |");
        });
        var report = $"""
            # A training step beside PyTorch

            ```
            dotnet run -c Release --project tests/EmbedKit.Benchmarks -- training-step --batch {batch} --steps {steps} --rounds {rounds} --out FILE
            ```

            {batch} images of {Side}×{Side} through a ViT-B/16 (12 layers, width 768, random weights) and a linear head of two classes: forward,
            backward, AdamW. *Frozen* trains the head alone, *fine-tuned* everything. One thread a side; the sides take turns; the fastest of
            {rounds} rounds, each the median of {steps} steps after one to warm up. Seconds a step.

            {ChildProcess.Machine()} Theirs: PyTorch {theirs[0].GetProperty("version").GetString()} with OpenBLAS.

            | way | PyTorch | ours | ratio |
            | --- | ---: | ---: | ---: |
            {string.Join('\n', rows)}

            """;
        Console.WriteLine(report);
        if (arguments.Option("out", "") is { Length: > 0 } file)
        {
            AtomicFile.WriteText(file, report);
        }

        return 0;
    }

    /// <summary>Our side: seconds a step in each way, as JSON.</summary>
    internal static int RunContestant(string[] arguments)
    {
        var (batch, steps) = (int.Parse(arguments[0], CultureInfo.InvariantCulture), int.Parse(arguments[1], CultureInfo.InvariantCulture));
        torch.set_num_threads(1);
        using var scope = NewDisposeScope();
        using var model = new VisionTransformer(
            new() { ImageSize = Side, PatchSize = 16, Transformer = new() { Width = 768, Layers = 12, Heads = 12, FeedForwardWidth = 3072 } },
            new Generator(0));
        using var head = nn.Linear(768, 2);
        var (pixels, targets) = (randn([batch, 3, Side, Side], generator: new Generator(1)), zeros(batch, ScalarType.Int64));
        Console.WriteLine(JsonSerializer.Serialize(new { frozen = Seconds(true), fine_tuned = Seconds(false) }));
        return 0;

        double Seconds(bool frozen)
        {
            using var optimizer = new AdamW(frozen ? head.parameters() : [.. head.parameters(), .. model.parameters()], new(1e-5, 0.01));
            double[] taken = [.. Enumerable.Range(0, steps + 1).Select(_ => Step()).Skip(1).Order()];
            return taken[taken.Length / 2];

            double Step()
            {
                var started = Stopwatch.GetTimestamp();
                using var step = NewDisposeScope();
                nn.functional.cross_entropy(head.forward(Embedded()), targets).backward();
                optimizer.Step();
                return Stopwatch.GetElapsedTime(started).TotalSeconds;
            }

            Tensor Embedded()
            {
                using var grad = frozen ? no_grad() : null;
                return model.forward(pixels);
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
