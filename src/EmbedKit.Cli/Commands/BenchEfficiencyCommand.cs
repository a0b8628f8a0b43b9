using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EmbedKit.Benchmarking;
using EmbedKit.Cli.Bench;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit bench efficiency</c>: the same rows, encoder, head and seed, once from stored embeddings and once from raw data.</summary>
internal static class BenchEfficiencyCommand
{
    private static readonly Option<string> Encoders = new("--encoders")
    {
        Description = "Model folders or names: A for one that embeds both modalities, A+B for image and text; several separated by commas.",
        Required = true,
    };

    private static readonly Option<string> Ways = new("--ways")
    {
        Description = "cached: embeddings extracted once; live: frozen encoders run again in every epoch; live-published: the same with their "
            + "dropout on, as the paper has it; fine-tuned: encoders trained with the head.",
        DefaultValueFactory = _ => "cached,live",
    };

    private static readonly Option<string?> Rows = new("--rows") { Description = "Training rows, as a list 200,1000. By default all." };

    private static readonly Option<int> Repeats = new("--repeats")
    {
        Description = "Runs of each way, each in a process of its own; medians are shown.",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<bool> AllowNoise = new("--allow-noise")
    {
        Description = "Measure although other programs keep the machine busy; each row then says how busy.",
    };

    private static readonly OutputOption Out = OutputOption.Of(
        "A table of the results, .csv.", arguments => arguments.GetValue<string?>("--out") is { } path ? [new(path)] : []);

    private static readonly Columns<(EfficiencyRow Row, EfficiencyRow? Live)> Columns =
        new Columns<(EfficiencyRow Row, EfficiencyRow? Live)>("efficiency.csv")
            .Text("way", r => r.Row.Way.Text()).Text("encoder", r => r.Row.Encoder).Text("fusion", r => r.Row.Fusion)
            .Number("rows", r => r.Row.Measured.Count > 0 ? r.Row.Measured[0].Rows : r.Row.Rows)
            .Digits("train_seconds", r => r.Row.TrainSeconds).Digits("train_spread", r => r.Row.TrainSpread)
            .Digits("infer_seconds", r => r.Row.InferSeconds).Digits("extract_seconds", r => r.Row.ExtractSeconds)
            .Number("break_even_epoch", r => r.Row.BreakEvenEpoch(r.Live))
            .Digits("peak_mib", r => r.Row.PeakMiB, "0.0").Digits("growth_mib", r => r.Row.GrowthMiB, "0.0")
            .Digits("disk_mib", r => r.Row.Measured.Count > 0 ? r.Row.Measured[0].DiskMiB : null, "0.000")
            .Number("parameters_trained", r => r.Row.Measured.Count > 0 ? r.Row.Measured[0].ParametersTrained : null)
            .Number("parameters_held", r => r.Row.Measured.Count > 0 ? r.Row.Measured[0].ParametersHeld : null)
            .Digits("f1_macro", r => r.Row.MacroF1)
            .Digits("f1_low", r => r.Row.MacroF1Low).Digits("f1_high", r => r.Row.MacroF1High)
            .Digits("busy", r => r.Row.BusyShare, "0.00").Text("failure", r => r.Row.Failure ?? "");

    internal static Command Create() => Verb.Create(
        "efficiency",
        "Measure training from stored embeddings against training from raw data: seconds an epoch, memory, disk, macro-F1, and the epoch at which "
            + "extraction has paid for itself.",
        [BenchArguments.Labels, BenchArguments.Images, Encoders, FusionArguments.Label, BenchArguments.Fusion, Ways, Rows, BenchArguments.Epochs,
            BenchArguments.EncoderRate, Repeats, AllowNoise, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        var arguments = context.Arguments;
        var repeats = arguments.GetValue(Repeats);
        if (repeats < 1)
        {
            throw new InputException($"--repeats is {repeats}; expected at least 1.");
        }

        TrainingWay[] ways = [.. arguments.GetRequiredValue(Ways).Split(',').Select(BenchArguments.ParseWay).Distinct()];
        int?[] sizes = arguments.GetValue(Rows) is { } list
            ? [.. list.Split(',').Select(cell => (int?)Count(cell, Rows.Name))] : [null];
        var labels = arguments.GetRequiredValue(BenchArguments.Labels);
        var dataset = LabelledDataset.Read(labels);
        var label = BenchArguments.LabelOf(arguments, dataset.Table);
        var busy = ProcessorLoad.BusyShare(TimeSpan.FromSeconds(1), context.Cancellation);
        if (busy > ProcessorLoad.Disturbed && !arguments.GetValue(AllowNoise))
        {
            throw new InputException(
                $"other programs keep the processors {NumberText.Percent(busy.Value)} busy; expected at most "
                    + $"{NumberText.Percent(ProcessorLoad.Disturbed)}, or no time means anything. Wait, or measure all the same with "
                    + $"{AllowNoise.Name}.");
        }

        using var folder = new TemporaryWork();
        var rows = new List<EfficiencyRow>();
        foreach (var encoder in arguments.GetRequiredValue(Encoders).Split(','))
        {
            var options = Options(arguments, encoder, label, labels, Path.Combine(folder.Path, "embeddings.parquet"), context.Threads);
            var extracted = Extract(context, options);

            // Images that were skipped are no rows of any way, and raw data is read without the embeddings.
            options = options with { Labels = Path.Combine(folder.Path, "labels.csv") };
            EmbeddingFile.Read(options.Embeddings).Table.Write(options.Labels);
            foreach (var size in sizes)
            {
                rows.AddRange(ways.Select(way => Measure(context, options with { Way = way, Rows = size }, encoder, repeats, extracted, busy)));
            }
        }

        return Show(context, rows);
    }

    private static WayOptions Options(ParseResult arguments, string encoder, string label, string labels, string embeddings, int threads)
    {
        var (image, text) = encoder.Split('+') switch
        {
            [{ Length: > 0 } both] => (both, (string?)null),
            [{ Length: > 0 } first, { Length: > 0 } second] => (first, second),
            _ => throw new InputException($"{Encoders.Name} '{encoder}': expected one model, or two joined by a plus sign."),
        };
        return new()
        {
            Way = TrainingWay.Cached,
            Embeddings = embeddings,
            Labels = labels,
            Images = arguments.GetValue(BenchArguments.Images),
            ImageModel = ModelFolder.Find(image),
            TextModel = text is null ? null : ModelFolder.Find(text),
            Label = label,
            Fusion = FusionArguments.KindOf(arguments.GetRequiredValue(BenchArguments.Fusion)),
            Epochs = arguments.GetValue(BenchArguments.Epochs),
            EncoderLearningRate = arguments.GetValue(BenchArguments.EncoderRate),
            Threads = threads,
        };
    }

    /// <summary>Embeds all rows as <c>embedkit embed</c> does, in a process of its own.</summary>
    private static double Extract(CommandContext context, WayOptions options)
    {
        File.Delete(options.Embeddings);
        context.Progress.Report(new($"embedding with {Path.GetFileName(options.ImageModel)}", 0, 1));
        string[] text = options.TextModel is { } model ? ["--text-model", model] : [];
        string[] images = options.Images is { } folder ? ["--images", folder] : [];
        var (_, failure, seconds) = BenchChild.Run(
            ["embed", "--json", "--labels", options.Labels, .. images, "--model", options.ImageModel!, .. text, "--out", options.Embeddings,
                "--threads", NumberText.Digits(options.Threads, "0")], context.Cancellation);
        return failure is null ? seconds
            : throw new InputException($"embedding with {options.ImageModel} {failure}; expected embeddings of every row.");
    }

    private static EfficiencyRow Measure(
        CommandContext context, WayOptions options, string encoder, int repeats, double extracted, double? busy)
    {
        var measured = new List<WayMeasurement>();
        string? failure = null;
        for (var repeat = 0; repeat < repeats && failure is null; repeat++)
        {
            context.Progress.Report(new($"{encoder}, {options.Way.Text()}", repeat, repeats));
            (var json, failure, _) = BenchChild.Run(BenchWayCommand.Arguments(options, context.Random.RootSeed), context.Cancellation);
            if (json is { } found)
            {
                measured.Add(found.Deserialize<WayMeasurement>(JsonStyle.Compact)!);
            }
        }

        return new(
            options.Way, encoder, options.Fusion.ToString().ToLowerInvariant(), options.Rows, measured,
            options.Way == TrainingWay.Cached ? extracted : null, busy, failure);
    }

    private static CommandResult Show(CommandContext context, List<EfficiencyRow> rows)
    {
        (EfficiencyRow Row, EfficiencyRow? Live)[] all =
            [.. rows.Select(r => (r, rows.Find(l => l.Way == TrainingWay.Live && l.Encoder == r.Encoder && l.Rows == r.Rows)))];
        foreach (var (row, live) in all)
        {
            var name = $"{row.Encoder}, {row.Way.Text()}, {NumberText.Count(row.Measured.Count > 0 ? row.Measured[0].Rows : 0, "training row")}";
            context.Out.WriteLine(
                row.Failure is { } failure ? $"{name}: {failure}"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name}: {row.TrainSeconds:0.000} s an epoch (spread {row.TrainSpread:0.000}), {row.GrowthMiB:0} MiB more than idle, "
                            + $"macro-F1 {row.MacroF1:0.000} ({row.MacroF1Low:0.000} to {row.MacroF1High:0.000})"));
            if (row.ExtractSeconds is { } extract && live is not null)
            {
                context.Out.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"  extraction took {extract:0.0} s once, ")
                        + (row.BreakEvenEpoch(live) is { } epoch ? $"and has paid for itself by epoch {epoch}" : "and never pays for itself"));
            }
        }

        var table = Columns.ToTable(all);
        string[] files = context.Arguments.GetValue(Out) is { } path ? [path] : [];
        foreach (var file in files)
        {
            table.Write(file);
        }

        return new(
            files,
            new { Rows = all.Select(r => Columns.Names.Zip(Columns.Cells(r)).ToDictionary(p => p.First, p => Value(p.Second))) },
            rows.Exists(r => r.Failure is not null) ? ExitCode.Failed : ExitCode.Done);
    }

    private static object? Value(string cell) => cell.Length == 0 ? null
        : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : cell;

    private static int Count(string cell, string option) =>
        int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 2 ? count
            : throw new InputException($"{option} '{cell}': expected whole numbers of at least 2, separated by commas.");

    /// <summary>A folder that is gone afterwards.</summary>
    private sealed class TemporaryWork : IDisposable
    {
        internal string Path { get; } = Directory.CreateTempSubdirectory("embedkit-bench-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
