using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>The λ that one split of a sweep prefers, and what it does on the test rows.</summary>
/// <param name="Fusion">early, late, image or text.</param>
/// <param name="ChosenOn">The split that chose: <c>val</c>, or <c>test</c>, which is the published protocol's leak.</param>
/// <param name="Lambda">The choice.</param>
/// <param name="TestMacroF1">Mean macro-F1 over seeds on the test rows at that λ, 0–1.</param>
/// <param name="GainOverZero">The same minus that at λ = 0. Chosen on the test rows it cannot be negative, whatever λ does.</param>
public sealed record LambdaChoice(string Fusion, string ChosenOn, double Lambda, double TestMacroF1, double GainOverZero)
{
    /// <summary>Chooses by the highest mean macro-F1; of equals the one nearest 0.</summary>
    /// <param name="sweep">A <c>sweep.csv</c> of one data set, encoder and protocol.</param>
    /// <param name="fusion">early, late, image or text.</param>
    /// <param name="split">val or test.</param>
    /// <exception cref="InputException">No row of that fusion and split, or no test row at λ = 0 or at the choice.</exception>
    public static LambdaChoice Of(TextTable sweep, string fusion, string split)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var means = Means(sweep, fusion, split);
        if (means.Count == 0)
        {
            throw new InputException($"{sweep.Source}: no row of '{fusion}' with split '{split}'; expected some to choose λ on.");
        }

        var best = Best(means.Select(m => (m.Key, m.Value)));
        var test = Means(sweep, fusion, "test");
        double At(double lambda) => test.TryGetValue(lambda, out var value)
            ? value
            : throw new InputException(
                $"{sweep.Source}: no test row of '{fusion}' at λ={lambda.ToString(CultureInfo.InvariantCulture)}; expected the grid to hold it.");
        return new(fusion, split, best, At(best), At(best) - At(0));
    }

    /// <summary>The λ with the highest score; of equals the one nearest 0, of two as near the negative one.</summary>
    /// <param name="scores">One score a λ.</param>
    internal static double Best(IEnumerable<(double Lambda, double Score)> scores) =>
        scores.OrderByDescending(s => s.Score).ThenBy(s => Math.Abs(s.Lambda)).ThenBy(s => s.Lambda).First().Lambda;

    /// <summary>Macro-F1 of every λ and repeat, for rules that ask how sure a choice is.</summary>
    /// <param name="sweep">A <c>sweep.csv</c> of one data set, encoder, protocol and aligner.</param>
    /// <param name="fusion">early, late, image or text.</param>
    /// <param name="split">val or test.</param>
    /// <returns>Repeats are the folds, the mean over seeds in each; in a sweep of one split the seeds, which show the spread of training
    /// alone.</returns>
    /// <exception cref="InputException">No λ = 0, fewer than two repeats, or a λ that some repeats lack.</exception>
    public static ScoreGrid Grid(TextTable sweep, string fusion, string split)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var repeat = sweep["fold"].Distinct().Skip(1).Any() ? "fold" : "seed";
        var lambdas = Enumerable.Range(0, sweep.RowCount)
            .Where(r => sweep["fusion"][r] == fusion && sweep["split"][r] == split)
            .GroupBy(r => sweep.Number("lambda", r)).OrderBy(g => g.Key).ToArray();
        return new([.. lambdas.Select(g => g.Key)], [.. lambdas.Select(g => g
            .GroupBy(r => sweep[repeat][r]).OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Average(r => sweep.Number("f1_macro", r)))
            .ToArray())]);
    }

    /// <summary>
    /// How far λ moves the mean macro-F1 on the test rows: best less worst over some λ. Ranges compare only over the same λ, since the more
    /// there are, the farther apart are the best and the worst of them.
    /// </summary>
    /// <param name="sweep">A <c>sweep.csv</c> of one data set, encoder, protocol and aligner.</param>
    /// <param name="fusion">early, late, image or text.</param>
    /// <param name="lambdas">The λ to take.</param>
    /// <exception cref="InputException">No test row at one of them.</exception>
    public static double Range(TextTable sweep, string fusion, IReadOnlyList<double> lambdas)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(lambdas);
        var means = Means(sweep, fusion, "test");
        double[] taken = [.. lambdas.Select(l => means.TryGetValue(l, out var value) ? value
            : throw new InputException(
                $"{sweep.Source}: no test row of '{fusion}' at λ={l.ToString(CultureInfo.InvariantCulture)}; expected the grid to hold it."))];
        return taken.Max() - taken.Min();
    }

    /// <summary>Whether the λ that validation rows like are those that test rows like: the correlation of both curves over λ; NaN where one is
    /// flat.</summary>
    /// <param name="sweep">A <c>sweep.csv</c> of one data set, encoder, protocol and aligner.</param>
    /// <param name="fusion">early, late, image or text.</param>
    public static double Agreement(TextTable sweep, string fusion)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var (validation, test) = (Means(sweep, fusion, "val"), Means(sweep, fusion, "test"));
        double[] shared = [.. validation.Keys.Where(test.ContainsKey)];
        double[] Centred(Dictionary<double, double> means) => [.. shared.Select(l => means[l] - shared.Average(k => means[k]))];
        static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
        var (v, t) = (shared.Length == 0 ? [] : Centred(validation), shared.Length == 0 ? [] : Centred(test));
        var lengths = Math.Sqrt(Dot(v, v) * Dot(t, t));
        return lengths < 1e-12 ? double.NaN : Dot(v, t) / lengths;
    }

    private static Dictionary<double, double> Means(TextTable sweep, string fusion, string split) => Enumerable.Range(0, sweep.RowCount)
        .Where(r => sweep["fusion"][r] == fusion && sweep["split"][r] == split)
        .GroupBy(r => sweep.Number("lambda", r))
        .ToDictionary(g => g.Key, g => g.Average(r => sweep.Number("f1_macro", r)));
}
