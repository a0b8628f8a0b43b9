namespace EmbedKit.Evaluation;

/// <summary>
/// White's reality check (2000) of the best of many candidates, all measured on the same rows: how large the best difference from a baseline
/// gets when no candidate differs from it, and the rows alone are other ones.
/// </summary>
public static class RealityCheck
{
    /// <summary>Compares the largest difference with the largest of the draws, each candidate's moved so that its mean difference is 0.</summary>
    /// <param name="observed">K differences from the baseline, one of them the baseline's own 0.</param>
    /// <param name="draws">The same on resampled rows, R rows of K (<see cref="Bootstrap.Draws"/>): each row from one draw, so that candidates stay
    /// as alike as they are.</param>
    /// <param name="level">The claim is at most <see cref="EmptyClaim.High"/> in this share of draws. Default 0.95.</param>
    /// <exception cref="ArgumentException">No candidate, no draw, or rows of another length.</exception>
    public static EmptyClaim Of(IReadOnlyList<double> observed, IReadOnlyList<IReadOnlyList<double>> draws, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(draws);
        if (observed.Count == 0 || draws.Count == 0 || draws.Any(d => d.Count != observed.Count))
        {
            throw new ArgumentException(
                $"{draws.Count} draws for {observed.Count} candidates; expected draws with one difference a candidate.", nameof(draws));
        }

        double[] claims = [.. draws.Select(d => d.Zip(observed, (drawn, value) => drawn - value).Max()).Order()];
        var best = observed.Max();
        return new(
            best, claims.Average(), claims[(int)Math.Ceiling(level * claims.Length) - 1], (1.0 + claims.Count(c => c >= best)) / (1 + claims.Length));
    }
}

/// <summary>A gain over λ = 0, beside what picking the best would have found without any effect.</summary>
/// <param name="Observed">Highest mean score − mean score at λ = 0.</param>
/// <param name="Expected">The same on average when λ does nothing.</param>
/// <param name="High">What it stays below then, in the share of draws asked for.</param>
/// <param name="P">How often it is at least as large as observed, when λ does nothing.</param>
public sealed record EmptyClaim(double Observed, double Expected, double High, double P);
