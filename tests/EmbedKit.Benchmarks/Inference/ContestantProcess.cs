using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Models;
using TorchSharp;

namespace EmbedKit.Benchmarks.Inference;

/// <summary>
/// One way to run the model, in a process that does only that: <c>contestant fp32|int8|torch --model DIR --pixels FILE --threads N</c>.
/// Commands come by line and are answered by line: <c>run BATCH</c> → seconds of one run, <c>embed FILE</c> → class tokens of all pixels,
/// <c>memory</c> → the peak resident set in bytes.
/// </summary>
internal static class ContestantProcess
{
    private const int ImageLength = 3 * RandomVit.Side * RandomVit.Side;

    internal static int Run(string[] arguments)
    {
        var pixels = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(arguments.Option("pixels", ""))).ToArray();
        var (encode, owner) = Open(arguments);
        using (owner)
        {
            Console.WriteLine("ready");
            while (Console.ReadLine()?.Split(' ') is { } command)
            {
                Console.WriteLine(command switch
                {
                    ["run", var batch] => Time(() => encode(pixels, int.Parse(batch, CultureInfo.InvariantCulture))),
                    ["embed", var file] => Embed(encode(pixels, pixels.Length / ImageLength), file),
                    _ => $"{1024 * ResidentMemory.PeakKiB}",
                });
            }
        }

        return 0;
    }

    private static (Func<float[], int, float[]> Encode, IDisposable Owner) Open(string[] arguments)
    {
        var threads = arguments.Option("threads", 2);
        if (arguments[0] == "torch")
        {
            torch.set_num_threads(threads);
            var model = RandomVit.Create(arguments.Option("seed", 0));
            return ((pixels, batch) =>
            {
                using var noGradient = torch.inference_mode();
                using var scope = torch.NewDisposeScope();
                using var input = torch.tensor(pixels.AsMemory(0, batch * ImageLength), [batch, 3, RandomVit.Side, RandomVit.Side]);
                return model.forward(input).contiguous().data<float>().ToArray();
            }, model);
        }

        var precision = ModelPrecisionNames.Parse(arguments[0]);
        var encoder = new OnnxImageEncoder(ModelFolder.Open(arguments.Option("model", "")), new() { Threads = threads, Precision = precision });
        return ((pixels, batch) => encoder.Encode(pixels, batch).Values, encoder);
    }

    private static string Time(Func<float[]> run)
    {
        var started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string Embed(float[] embeddings, string file)
    {
        File.WriteAllBytes(file, MemoryMarshal.AsBytes(embeddings.AsSpan()).ToArray());
        return "done";
    }
}
