namespace EmbedKit.Benchmarking;

/// <summary>What one way of training took, in its own process.</summary>
/// <param name="Way">The way.</param>
/// <param name="Rows">Training rows.</param>
/// <param name="TestRows">Test rows.</param>
/// <param name="TrainSeconds">An epoch of training: the median of all but the first, s.</param>
/// <param name="InferSeconds">Predicting the test rows once, s.</param>
/// <param name="PeakMiB">The most that was resident, MiB; null where the system does not tell.</param>
/// <param name="GrowthMiB">That less what the process held with its libraries loaded, and nothing read yet, MiB.</param>
/// <param name="DiskMiB">What has to be kept to train again, MiB: the embeddings file, or labels and images.</param>
/// <param name="ParametersTrained">Parameters of the head, and the encoders' where they are trained.</param>
/// <param name="ParametersHeld">Parameters in memory: the head's, and the encoders' where they are run.</param>
/// <param name="MacroF1">On the test rows, 0…1.</param>
/// <param name="MacroF1Low">The lower end of its interval: 95 %, by drawing test groups (or rows) anew.</param>
/// <param name="MacroF1High">The upper end.</param>
public sealed record WayMeasurement(
    TrainingWay Way, int Rows, int TestRows, double TrainSeconds, double InferSeconds, double? PeakMiB, double? GrowthMiB, double DiskMiB,
    long ParametersTrained, long ParametersHeld, double MacroF1, double MacroF1Low, double MacroF1High);
