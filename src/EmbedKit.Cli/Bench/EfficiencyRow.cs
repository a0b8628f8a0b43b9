using EmbedKit.Benchmarking;

namespace EmbedKit.Cli.Bench;

/// <summary>One way of training with one encoder, as measured over repeats: medians.</summary>
/// <param name="Way">The way.</param>
/// <param name="Encoder">The encoder or encoders.</param>
/// <param name="Fusion">What the head reads.</param>
/// <param name="Rows">Training rows asked for; null: all.</param>
/// <param name="Measured">One measurement a repeat that came to its end.</param>
/// <param name="ExtractSeconds">Embedding all rows once, process start included, s; null where the way needs none.</param>
/// <param name="BusyShare">What other programs took of the processors before it began, 0…1; null where the system does not tell.</param>
/// <param name="Failure">Why a repeat did not come to its end; null: all did.</param>
internal sealed record EfficiencyRow(
    TrainingWay Way, string Encoder, string Fusion, int? Rows, IReadOnlyList<WayMeasurement> Measured, double? ExtractSeconds, double? BusyShare,
    string? Failure)
{
    /// <summary>An epoch of training, s.</summary>
    internal double? TrainSeconds => Median(m => m.TrainSeconds);

    /// <summary>The slowest repeat's epoch less the fastest's, s.</summary>
    internal double? TrainSpread => Measured.Count == 0 ? null : Measured.Max(m => m.TrainSeconds) - Measured.Min(m => m.TrainSeconds);

    /// <summary>Predicting the test rows once, s.</summary>
    internal double? InferSeconds => Median(m => m.InferSeconds);

    /// <summary>The most that was resident, MiB.</summary>
    internal double? PeakMiB => Median(m => m.PeakMiB);

    /// <summary>That less what a process with its libraries loaded holds, MiB.</summary>
    internal double? GrowthMiB => Median(m => m.GrowthMiB);

    /// <summary>Macro-F1 on the test rows; equal in all repeats, which train the same head.</summary>
    internal double? MacroF1 => Median(m => m.MacroF1);

    /// <summary>The lower end of its interval.</summary>
    internal double? MacroF1Low => Median(m => m.MacroF1Low);

    /// <summary>The upper end.</summary>
    internal double? MacroF1High => Median(m => m.MacroF1High);

    /// <summary>
    /// The epoch of a way without extraction after which extracting first would have been the faster: the least whole number of epochs whose saving
    /// is the extraction's time. Null where there is none: other ways, a failure, or epochs that save nothing.
    /// </summary>
    /// <param name="live">The same rows and encoder without extraction.</param>
    internal int? BreakEvenEpoch(EfficiencyRow? live) =>
        ExtractSeconds is { } extract && live?.TrainSeconds - TrainSeconds is { } saved and > 0 && extract / saved < int.MaxValue
            ? (int)Math.Ceiling(extract / saved) : null;

    private double? Median(Func<WayMeasurement, double?> value)
    {
        double[] values = [.. Measured.Select(value).OfType<double>().Order()];
        return values.Length == 0 ? null : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
