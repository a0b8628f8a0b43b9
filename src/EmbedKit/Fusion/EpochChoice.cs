namespace EmbedKit.Fusion;

/// <summary>Keeps track of the epoch with the highest score, the earliest of equals, and of patience.</summary>
/// <param name="patience">Epochs without a better score before training stops; null: never.</param>
internal sealed class EpochChoice(int? patience)
{
    private double _best = double.NegativeInfinity;

    /// <summary>The best epoch so far; without scores, the last.</summary>
    internal int Epoch { get; private set; }

    /// <summary>The last epoch seen before patience ran out.</summary>
    internal int EpochsRun { get; private set; }

    /// <summary>Whether patience has run out.</summary>
    internal bool Stopped { get; private set; }

    /// <summary>Takes the score of an epoch.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="score">Higher is better; null where there is none.</param>
    /// <returns>Whether this epoch is the best so far.</returns>
    internal bool Take(int epoch, double? score)
    {
        if (Stopped)
        {
            return false;
        }

        EpochsRun = epoch;
        if (score is null || score > _best)
        {
            (_best, Epoch) = (score ?? _best, epoch);
            return true;
        }

        Stopped = epoch - Epoch >= patience;
        return false;
    }
}
