using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarks.Growth;

/// <summary>One point of the curve, in a process that does only that, told by one JSON object.</summary>
internal static class GrowthContestant
{
    private const int Classes = 7;

    /// <summary>
    /// <c>growth-contestant write FILE ROWS WIDTH</c> writes random rows in half precision; <c>growth-contestant rows FILE</c> reads them, learns a
    /// gap shift and trains early fusion for one epoch on one thread.
    /// </summary>
    internal static int Run(string[] arguments)
    {
        int Number(int at) => int.Parse(arguments[at], CultureInfo.InvariantCulture);
        var started = Stopwatch.GetTimestamp();
        double Seconds() => Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (arguments[0] == "write")
        {
            EmbeddingFile.Write(arguments[1], Random(Number(2), Number(3)));
            Console.WriteLine(JsonSerializer.Serialize(new { seconds = Seconds() }));
            return 0;
        }

        var set = EmbeddingFile.Read(arguments[1]);
        var load = Seconds();
        Train(set);
        Console.WriteLine(JsonSerializer.Serialize(new { load, train = Seconds() - load, bytes = 1024 * ResidentMemory.PeakKiB }));
        return 0;
    }

    private static void Train(EmbeddingSet set)
    {
        TorchSharp.torch.set_num_threads(1);
        var training = TrainingSet.From(set);
        var shift = new GapShift(new() { Lambda = 0.5 }).Fit(training);
        Trainer.Train(
            training, null, LabelEncoding.Fit(["label_class"], training.Rows.Table), new(), new() { Epochs = 1 }, new RandomStreams(0), shift)
                .Dispose();
    }

    /// <summary>Rows that differ, from a million random numbers read at other places for every row.</summary>
    private static EmbeddingSet Random(int rows, int width)
    {
        var random = new SeededRandom(1);
        Half[] numbers = [.. Enumerable.Range(0, 1 << 20).Select(_ => (Half)random.NextGaussian())];
        EmbeddingMatrix Draw()
        {
            var values = new Half[(long)rows * width];
            for (var row = 0; row < rows; row++)
            {
                numbers.AsSpan(random.Next(numbers.Length - width), width).CopyTo(values.AsSpan(row * width, width));
            }

            return EmbeddingMatrix.OfHalves(rows, width, values);
        }

        string[] Cells(Func<int, string> cell) => [.. Enumerable.Range(0, rows).Select(cell)];
        return new(
            new TextTable(["image_id", "label_class", "split"], [Cells(i => $"row{i}"), Cells(i => $"{i % Classes}"), Cells(_ => "train")]), Draw(),
            Draw());
    }
}
