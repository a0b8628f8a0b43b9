using EmbedKit.Data;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;

namespace EmbedKit.Tests.Experiments;

/// <summary>Predictions of a sweep on two classes, in which models are wrong where a test says so.</summary>
internal static class MadeUpSweep
{
    internal static readonly double[] Lambdas = [-1, 0, 1];

    /// <summary>Row i is of class i mod 2 and group i ÷ <paramref name="groupSize"/>.</summary>
    /// <param name="rows">Rows of each split of each fold.</param>
    /// <param name="seeds">Seeds.</param>
    /// <param name="wrong">Whether a model is wrong about a row.</param>
    /// <param name="groupSize">Rows of a group; 0: no groups are known.</param>
    /// <param name="folds">Folds, each with rows of its own.</param>
    internal static SweepPredictions Of(int rows, int seeds, Func<SweepModel, Split, int, bool> wrong, int groupSize = 1, int folds = 1)
    {
        Split[] splits = [Split.Validation, Split.Test];
        int[] truth = [.. Enumerable.Range(0, rows).Select(i => i % 2)];
        var measured = (from fold in Enumerable.Range(0, folds) from split in splits select (fold, split)).ToDictionary(
            k => (k.fold, k.split),
            k => new SweepPredictions.MeasuredRows(
                [.. truth.Select((_, i) => $"{k.split}/{k.fold}/{i}")], groupSize == 0 ? null
                    : [.. truth.Select((_, i) => $"{k.split}/{k.fold}/{i / groupSize}")], truth));
        return new(TaskKind.Binary, ["no", "yes"], measured,
            from lambda in Lambdas
            from seed in Enumerable.Range(0, seeds)
            from fold in Enumerable.Range(0, folds)
            let model = new SweepModel("early", "128", "gap-shift", lambda, 0, seed, fold)
            from split in splits
            select (model, split, truth.Select((t, i) => wrong(model, split, i) ? 1 - t : t).ToArray()));
    }
}
