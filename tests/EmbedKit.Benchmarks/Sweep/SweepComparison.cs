using System.Text.Json;
using EmbedKit.Benchmarks.Inference;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarks.Sweep;

/// <summary>
/// The sweep over λ beside a competent PyTorch loop: <c>sweep [--rounds N] [--epochs N] [--train N] [--text D] [--image D] [--out FILE]</c>. Both
/// sides read the same rows from disk and train 21 λ × early and late fusion on two cores, in turn. A spread over 20 % gives no report.
/// <c>sweep --wide</c> has 13,012 rows of 4,096 + 768 values instead, the widths of LLaMA and CLIP, and by default fewer epochs.
/// </summary>
internal static class SweepComparison
{
    private const int Classes = 7;
    private const double LargestSpread = 0.2;

    internal static int Run(string[] arguments)
    {
        var wide = arguments.Contains("--wide");
        var (rounds, epochs, train) =
            (arguments.Option("rounds", wide ? 2 : 3), arguments.Option("epochs", wide ? 2 : 30), arguments.Option("train", wide ? 10_410 : 8012));
        var (text, image) = (arguments.Option("text", wide ? 4096 : 512), arguments.Option("image", wide ? 768 : 512));
        var modelEpochs = wide ? "4" : "11";
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            WriteRows(folder.FullName, train, train / 4, text, image);
            JsonElement Ours(params string[] rest) => ChildProcess.Ours(["sweep-contestant", .. rest]);
            JsonElement Theirs(params string[] rest) =>
                ChildProcess.Python(
                    Path.Combine("Sweep", "torch_peer.py"), "python3-torch, python3-numpy and libopenblas0-pthread to be installed", rest);
            var (ours, theirs) = (new List<JsonElement>(), new List<JsonElement>());
            for (var round = 0; round < rounds; round++)
            {
                ours.Add(Ours("grid", folder.FullName, $"{epochs}", "2"));
                theirs.Add(Theirs(folder.FullName, $"{epochs}", "2"));
            }

            var models = new[] { "early", "late" }.Select(kind => (
                kind,
                Ours: Ours("model", folder.FullName, modelEpochs, kind),
                Theirs: Theirs(folder.FullName, modelEpochs, "1", kind))).ToArray();
            var memory = Ours("model", folder.FullName, $"{epochs}", "early").GetProperty("bytes").GetInt64();
            return Report(
                arguments, ours, theirs, models, memory, wide,
                FormattableString.Invariant($"{train:N0} training rows, {text} + {image} values, {Classes} classes, batch 64, {epochs} epochs"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Report(
        string[] arguments, List<JsonElement> ours, List<JsonElement> theirs, (string Kind, JsonElement Ours, JsonElement Theirs)[] models,
        long memory, bool wide, string shape)
    {
        static Repeats Seconds(IEnumerable<JsonElement> runs) => new(runs.Select(r => r.GetProperty("seconds").GetDouble()));
        static Repeats Epochs(JsonElement run) => new(run.GetProperty("epochs").EnumerateArray().Select(e => e.GetDouble()));
        static double Bytes(IEnumerable<JsonElement> runs) => runs.Max(r => r.GetProperty("bytes").GetInt64()) / 1e9;
        var (mine, other) = (Seconds(ours), Seconds(theirs));
        var rows = models.Select(m => (m.Kind, Ours: Epochs(m.Ours), Theirs: Epochs(m.Theirs))).ToArray();
        var report = FormattableString.Invariant($"""
            # The sweep over λ

            ```
            dotnet run -c Release --project tests/EmbedKit.Benchmarks -- sweep {string.Join(' ', arguments)}
            ```

            {ChildProcess.Machine()}
            Other side: tests/EmbedKit.Benchmarks/Sweep/torch_peer.py, PyTorch {theirs[0].GetProperty("version")
                .GetString()} with OpenBLAS, tensors in memory.

            {shape}; random rows. The sweep is 21 λ × early and late fusion = 42 models, from files on disk to the end, two threads against two processes of
            one thread. Ours measures every model on the test rows after every epoch, the other side once at its end. Medians of {ours.Count} runs in turn.

            | | ours | PyTorch | ratio | asked for |
            | --- | ---: | ---: | ---: | ---: |
            | sweep, s (spread) | {mine.Median:0.0} ({mine.Spread:P0}) | {other.Median:0.0} ({other.Spread:P0}) | {other.Median / mine.Median:0.00}× faster | ≥ 1.4× |
            {string.Join(
                '\n',
                rows.Select(r =>
                    FormattableString.Invariant(
                        $"| one {r.Kind} model, one epoch, one thread, s (spread) | {r.Ours.Median:0.000} ({r.Ours.Spread:P0}) | {r.Theirs.Median:0.000} ({r.Theirs.Spread:P0}) | {r.Ours.Median / r.Theirs.Median:0.00} of its time | ≤ 1.4 |")))}
            | peak resident of the sweep, GB | {Bytes(ours):0.00} | {Bytes(theirs):0.00} | | {(wide ? "≤ 1.5" : "≤ 0.8")} |
            | peak resident of one training, GB | {memory / 1e9:0.00} | | | {(wide ? "" : "≤ 0.5")} |

            """);
        Console.Write(report);
        var spread = new[] { mine.Spread, other.Spread }.Concat(rows.SelectMany(r => new[] { r.Ours.Spread, r.Theirs.Spread })).Max();
        if (spread > LargestSpread)
        {
            Console.Error.WriteLine(
                FormattableString.Invariant(
                    $"The largest spread is {spread:P0}; expected at most {LargestSpread:P0}. Nothing is written: end what else runs, then measure again."));
            return 1;
        }

        if (arguments.Option("out", "") is { Length: > 0 } path)
        {
            AtomicFile.WriteText(path, report);
        }

        return 0;
    }

    /// <summary>Random rows, as the kit and as NumPy read them.</summary>
    internal static void WriteRows(string folder, int train, int test, int text, int image)
    {
        var (random, rows) = (new SeededRandom(1), train + test);
        EmbeddingMatrix Draw(int width) => new(rows, width, [.. Enumerable.Range(0, rows * width).Select(_ => (float)random.NextGaussian())]);
        string[] Cells(Func<int, string> cell) => [.. Enumerable.Range(0, rows).Select(cell)];
        var table = new TextTable(
            ["image_id", "label_class", "split"], [Cells(i => $"row{i}"), Cells(i => $"{i % Classes}"), Cells(i => i < train ? "train" : "test")]);
        var set = new EmbeddingSet(table, Draw(image), Draw(text));
        EmbeddingFile.Write(Path.Combine(folder, "embeddings.parquet"), set);
        NumpyFile.Write(Path.Combine(folder, "text.npy"), set.Text!.Values, rows, text);
        NumpyFile.Write(Path.Combine(folder, "image.npy"), set.Image!.Values, rows, image);
        NumpyFile.Write(Path.Combine(folder, "labels.npy"), [.. Enumerable.Range(0, rows).Select(i => (float)(i % Classes))], rows);
        NumpyFile.Write(Path.Combine(folder, "train.npy"), [.. Enumerable.Range(0, rows).Select(i => i < train ? 1f : 0f)], rows);
    }
}
