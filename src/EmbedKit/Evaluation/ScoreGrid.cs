using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>Scores of a grid of λ on the same repeats: grouped folds, or seeds, which show the spread of training alone.</summary>
public sealed class ScoreGrid
{
    private readonly double[][] _scores;
    private readonly int _zero;

    /// <summary>Checks and joins the parts.</summary>
    /// <param name="lambdas">K distinct values, 0 among them.</param>
    /// <param name="scores">K rows of R scores, higher being better; column r of every row comes from repeat r.</param>
    /// <exception cref="InputException">No λ, one twice, 0 missing; unequal rows, fewer than two repeats, a score that is no number.</exception>
    public ScoreGrid(IReadOnlyList<double> lambdas, IReadOnlyList<IReadOnlyList<double>> scores)
    {
        ArgumentNullException.ThrowIfNull(lambdas);
        ArgumentNullException.ThrowIfNull(scores);
        (Lambdas, _scores) = ([.. lambdas], [.. scores.Select(s => s.ToArray())]);
        _zero = Array.IndexOf([.. lambdas], 0.0);
        if (_zero < 0 || lambdas.Distinct().Count() != lambdas.Count)
        {
            throw new InputException(
                $"grid of λ: {NumberText.Count(lambdas.Count, "value")}; expected distinct ones with 0 among them, "
                    + "since no shift is what a choice is compared with.");
        }

        if (_scores.Length != lambdas.Count || _scores.Any(s => s.Length != Repeats) || Repeats < 2)
        {
            throw new InputException(
                $"grid of λ: {NumberText.Count(_scores.Length, "row")} of {string.Join("/", _scores.Select(s => s.Length).Distinct())} scores for "
                    + $"{lambdas.Count} "
                    + "values; " +
                "expected one row a λ, with two or more repeats, the same for every λ.");
        }

        if (Array.FindIndex(_scores, s => !s.All(double.IsFinite)) is >= 0 and var bad)
        {
            throw new InputException($"grid of λ: a score of λ = {lambdas[bad]} is no number; expected one for every repeat.");
        }
    }

    /// <summary>K values.</summary>
    public IReadOnlyList<double> Lambdas { get; }

    /// <summary>R.</summary>
    public int Repeats => _scores.Length == 0 ? 0 : _scores[0].Length;

    /// <summary>Mean score of each λ over repeats.</summary>
    public IReadOnlyList<double> Means => [.. Each().Select(k => _scores[k].Average())];

    /// <summary>Mean score of each repeat over λ.</summary>
    public IReadOnlyList<double> RepeatMeans => [.. Enumerable.Range(0, Repeats).Select(r => _scores.Average(s => s[r]))];

    /// <summary>The λ with the highest score of each repeat; of equals the one nearest 0.</summary>
    public IReadOnlyList<double> Preferred =>
        [.. Enumerable.Range(0, Repeats).Select(r => Lambdas[Nearest(Each().Where(k => _scores[k][r] == _scores.Max(s => s[r])))])];

    /// <summary>
    /// The one-standard-error rule (Breiman et al. 1984): of the λ whose mean score is within one standard error of the best mean, the one
    /// nearest 0, so that embeddings are moved only as far as the scores ask for. How sure the choice is, resampled repeats tell.
    /// </summary>
    /// <param name="random">The stream to draw repeats from.</param>
    /// <param name="resamples">Draws, at least 100. Default 2,000.</param>
    /// <param name="level">Level of the interval of the choice. Default 0.95.</param>
    public LambdaRule OneStandardError(SeededRandom random, int resamples = 2000, double level = 0.95)
    {
        int[] all = [.. Enumerable.Range(0, Repeats)];
        var (best, chosen, error) = Choose(all);
        double[] drawn = [.. Bootstrap.Draws(Repeats, null, rows => [Lambdas[Choose(rows).Chosen]], random, resamples).Select(d => d[0])];
        var interval = Bootstrap.Percentile(drawn, level);
        return new(
            Lambdas[chosen], Lambdas[best], Mean(best, all), error, interval.Low, interval.High,
            drawn.Count(l => l == Lambdas[chosen]) / (double)resamples, drawn.Count(l => l == 0) / (double)resamples);
    }

    /// <summary>
    /// What the best of the grid claims over λ = 0 when λ does nothing (<see cref="RealityCheck"/>). Every λ's scores are moved to the mean of
    /// those at 0, repeats are drawn with replacement, and the highest mean less the one at 0 is the claim.
    /// </summary>
    /// <param name="random">The stream to draw repeats from.</param>
    /// <param name="resamples">Draws, at least 100. Default 2,000.</param>
    /// <param name="level">The claim is at most <see cref="EmptyClaim.High"/> in this share of draws. Default 0.95.</param>
    public EmptyClaim BestWhenLambdaDoesNothing(SeededRandom random, int resamples = 2000, double level = 0.95)
    {
        double[] Gains(int[] rows) => [.. Each().Select(k => Mean(k, rows) - Mean(_zero, rows))];
        return RealityCheck.Of(Gains([.. Enumerable.Range(0, Repeats)]), Bootstrap.Draws(Repeats, null, Gains, random, resamples), level);
    }

    private IEnumerable<int> Each() => Enumerable.Range(0, _scores.Length);

    private double Mean(int k, int[] rows) => rows.Average(r => _scores[k][r]);

    private (int Best, int Chosen, double StandardError) Choose(int[] rows)
    {
        double[] means = [.. Each().Select(k => Mean(k, rows))];
        var best = Nearest(Each().Where(k => means[k] == means.Max()));
        var error = Math.Sqrt(rows.Sum(r => Math.Pow(_scores[best][r] - means[best], 2)) / (rows.Length - 1) / rows.Length);
        return (best, Nearest(Each().Where(k => means[k] >= means[best] - error)), error);
    }

    /// <summary>Of several λ the one nearest 0; of two as near, the negative one.</summary>
    private int Nearest(IEnumerable<int> candidates) => candidates.OrderBy(k => Math.Abs(Lambdas[k])).ThenBy(k => Lambdas[k]).First();
}

/// <summary>A λ chosen by the one-standard-error rule.</summary>
/// <param name="Lambda">The choice.</param>
/// <param name="Best">The λ with the highest mean score.</param>
/// <param name="BestMean">That mean.</param>
/// <param name="StandardError">Its standard error over repeats. Folds share training rows, so it is on the small side.</param>
/// <param name="Low">Lower end of the interval of the choice over resampled repeats.</param>
/// <param name="High">Upper end.</param>
/// <param name="Stability">Share of resamples that choose the same λ, 0–1.</param>
/// <param name="ChoosesZero">Share of resamples that choose no shift, 0–1.</param>
public sealed record LambdaRule(
    double Lambda, double Best, double BestMean, double StandardError, double Low, double High, double Stability, double ChoosesZero);
