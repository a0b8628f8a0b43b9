namespace EmbedKit.Demo.Training;

/// <summary>What a model card tells of a training.</summary>
internal sealed record TrainingRecord(
    OptimisationOptions Options, double FirstLoss, double LastLoss, TimeSpan Duration, int Threads, int Rows, double Variation, long Seed);
