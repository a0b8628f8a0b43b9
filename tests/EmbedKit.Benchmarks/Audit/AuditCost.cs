using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmbedKit.Benchmarking;
using EmbedKit.Benchmarks.Extraction;
using EmbedKit.Data;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarks.Audit;

/// <summary>
/// Time and peak memory of the leakage audit, a process a measurement: tables of 10,015 to 1,000,000 rows without images, and 16,000 photographs
/// (600×450, JPEG) with 512-dimensional embeddings. <c>audit [RESULT.md]</c>.
/// </summary>
internal static class AuditCost
{
    private const int Images = 16_000, Width = 512;
    private static readonly int[] Sizes = [10_015, 100_000, 1_000_000];

    internal static int Run(string[] arguments)
    {
        if (arguments is ["child", var childLabels, var childImages, var childEmbeddings])
        {
            Child(childLabels, childImages, childEmbeddings);
            return 0;
        }

        var folder = Directory.CreateTempSubdirectory("embedkit-audit-").FullName;
        try
        {
            var machine = MachineDescription.Current();
            var report = new StringBuilder().Append(CultureInfo.InvariantCulture, $"""
                # What the leakage audit costs

                ```
                dotnet run -c Release --project tests/EmbedKit.Benchmarks -- audit tests/EmbedKit.Benchmarks/results/audit.md
                ```

                {machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB:0.0} GiB. One run each, from files to findings, start of the process left out; synthetic tables of
                HAM10000's shape, generated photographs of 600×450. Asked for: 10,015 rows in at most 5 s; 16,000 images in at most 60 s and 1 GB.

                | audit of | seconds | peak memory (MiB) |
                | --- | ---: | ---: |

                """);
            foreach (var rows in Sizes)
            {
                var labels = Path.Combine(folder, "labels.csv");
                Table(rows).Write(labels);
                Line(report, string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows, metadata and text"), labels, "-", "-");
            }

            var data = new GeneratedPhotographs(folder, Images, _ => (600, 450));
            var table = Table(Images, TextTable.Read(data.Labels)["image_id"]);
            table.Write(data.Labels);
            var random = new SeededRandom(1);
            var vectors = EmbeddingMatrix.Make(Images, Width, (_, target) =>
            {
                foreach (ref var value in target)
                {
                    value = (float)random.NextGaussian();
                }
            });
            var embeddings = Path.Combine(folder, "embeddings.parquet");
            EmbeddingFile.Write(embeddings, new(table, vectors, null));
            Line(
                report, string.Create(CultureInfo.InvariantCulture, $"{Images:N0} rows with images and embeddings of width {Width}"), data.Labels,
                data.Images, embeddings);
            Console.Write(report);
            if (arguments is [var path])
            {
                AtomicFile.WriteText(path, report.ToString());
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Line(StringBuilder report, string what, string labels, string images, string embeddings)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in (string[])["audit", "child", labels, images, embeddings])
        {
            start.ArgumentList.Add(argument);
        }

        using var child = Process.Start(start)!;
        var cells = child.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        child.WaitForExit();
        if (child.ExitCode != 0 || cells.Length != 2)
        {
            throw new InvalidOperationException($"{what}: the measured process ended with {child.ExitCode}; its message stands above.");
        }

        report.Append(CultureInfo.InvariantCulture, $"| {what} | {cells[0]} | {cells[1]} |\n");
    }

    private static void Child(string labels, string images, string embeddings)
    {
        var clock = Stopwatch.StartNew();
        var table = TextTable.Read(labels);
        var evidence = images == "-" ? null : ImageEvidence.Read(table, null, images, embeddings, Environment.ProcessorCount);
        var report = LeakAudit.Run(table, null, new RandomStreams(0), evidence);
        Console.Error.WriteLine($"{report.Leaks.Count} leaks, {report.Duplicates?.Pictures ?? 0} pictures in several rows");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:0.0} {ResidentMemory.PeakKiB / 1024}"));
    }

    /// <summary>Rows shaped like HAM10000's: seven classes, lesions of one to three images, five fields, a text that repeats them.</summary>
    private static TextTable Table(int rows, string[]? ids = null)
    {
        var random = new SeededRandom(7);
        string[] classes = ["nv", "nv", "nv", "nv", "mel", "bkl", "bcc", "akiec", "vasc", "df"], places =
            ["back", "trunk", "face", "hand", "foot", "scalp"], methods = ["histo", "consensus", "follow_up"];
        var cells = Enumerable.Range(0, 8).Select(_ => new string[rows]).ToArray();
        for (int r = 0, lesion = 0; r < rows; lesion++)
        {
            var (dx, age, sex, place, method) =
                (classes[random.Next(10)], $"{5 * random.Next(1, 18)}", random.Next(2) == 0 ? "male"
                    : "female", places[random.Next(6)], methods[random.Next(3)]);
            for (var image = random.Next(1, 4); image > 0 && r < rows; image--, r++)
            {
                var text = $"Patient diagnosed via {method}. Age: {age} years. Sex: {sex}. Localization: {place}.";
                string[] row = [ids?[r] ?? $"ISIC_{r:D7}", text, dx, $"HAM_{lesion:D7}", random.Next(5) == 0 ? "test" : "train", method, age, place];
                for (var c = 0; c < row.Length; c++)
                {
                    cells[c][r] = row[c];
                }
            }
        }

        return new(["image_id", "text", "label_dx", "group_id", "split", "dx_type", "age", "localization"], cells);
    }
}
