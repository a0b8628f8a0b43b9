using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using EmbedKit.Benchmarking;
using EmbedKit.Runtime;

namespace EmbedKit.Benchmarks.Inference;

/// <summary>
/// <c>inference [--out FILE.md] [--work DIR] [--threads 2] [--rounds 9]</c>: one model, the random ViT-B/14, through this kit in float32 and
/// int8, through TorchSharp, and through transformers.js. Each runs in a process of its own; they take turns, one run each a round.
/// </summary>
internal static class InferenceComparison
{
    private const int Images = 8;
    private const int Seed = 0;
    private const double LargestSpread = 0.2;
    private static readonly int[] Batches = [1, Images];

    internal static int Run(string[] arguments)
    {
        var (threads, rounds) = (arguments.Option("threads", 2), arguments.Option("rounds", 9));
        var work = Path.GetFullPath(arguments.Option("work", Path.Combine(RepositoryFolder.Find("tests"), "..", "artifacts", "inference")));
        var (model, pixels) = Prepare(work);
        var peer = NodePeer.Install(Path.Combine(work, "node"));
        var contestants = new List<Contestant>
        {
            Contestant.Own("EmbedKit fp32", "fp32", model, pixels, threads, Seed),
            Contestant.Own("EmbedKit int8", "int8", model, pixels, threads, Seed),
            Contestant.Own("TorchSharp eager fp32", "torch", model, pixels, threads, Seed),
        };
        try
        {
            if (peer is not null)
            {
                contestants.Add(new("transformers.js fp32", "node", peer.Value.Script, model, pixels, $"{threads}"));
            }

            Measure(contestants, rounds);
            var embeddings = contestants.Select(c => c.Embed(Path.Combine(work, "embeddings.f32"))).ToArray();
            var report = new InferenceReport(
                contestants, [.. contestants.Select((_, i) => SmallestCosine(embeddings[0], embeddings[i]))], Batches, threads, rounds);
            Console.WriteLine(report.Table);
            if (report.LargestSpread > LargestSpread)
            {
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The middle half of the times spreads over {report.LargestSpread:P0} of the median; expected at most {LargestSpread:P0}. "
                        + $"Nothing is reported: free the machine of other work and run again."));
                return 1;
            }

            var file = arguments.Option("out", Path.Combine(RepositoryFolder.Find("tests/EmbedKit.Benchmarks/results"), "inference-vit-b14.md"));
            AtomicFile.WriteText(file, report.Markdown(MachineDescription.Current(), peer?.Versions));
            Console.WriteLine($"wrote {file}");
            return 0;
        }
        finally
        {
            contestants.ForEach(c => c.Dispose());
        }
    }

    private static (string Model, string Pixels) Prepare(string work)
    {
        var (model, pixels) = (Path.Combine(work, "vit-b14-random"), Path.Combine(work, "pixels.f32"));
        if (!File.Exists(Path.Combine(model, "onnx", "model_quantized.onnx")))
        {
            RandomVit.Write(model, Seed);
        }

        var random = new SeededRandom(1);
        var values = Enumerable.Range(0, Images * 3 * RandomVit.Side * RandomVit.Side).Select(_ => (float)random.NextGaussian()).ToArray();
        AtomicFile.Write(pixels, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));
        return (model, pixels);
    }

    /// <summary>Every round starts with another contestant, so that none always follows the same one.</summary>
    private static void Measure(List<Contestant> contestants, int rounds)
    {
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                foreach (var batch in Batches)
                {
                    contestants[(i + round + 1) % contestants.Count].Run(batch, isWarmUp: round < 0);
                }
            }
        }
    }

    private static double SmallestCosine(float[] one, float[] other) => one.Chunk(one.Length / Images).Zip(other.Chunk(other.Length / Images))
        .Min(p => TensorPrimitives.CosineSimilarity<float>(p.First, p.Second));
}
