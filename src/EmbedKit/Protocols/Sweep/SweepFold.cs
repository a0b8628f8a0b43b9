using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols.Sweep;

/// <summary>
/// One way to part the rows of a sweep into those that train and those that measure: the split of the file, or one fold of a repetition.
/// Inner folds part the rows that are not tested once more: each is held out in turn, from models whose epoch is chosen on validation groups
/// drawn from the other inner folds, so that neither the test rows nor the rows held out have a say in the models that predict them.
/// </summary>
/// <param name="Number">Repetition × K + fold, from 0.</param>
/// <param name="Data">The rows.</param>
/// <param name="Inner">The inner folds, their held-out rows as test rows; none: validation rows are those of the split.</param>
internal sealed record SweepFold(int Number, ProtocolData Data, IReadOnlyList<ProtocolData> Inner)
{
    /// <summary>The folds of a sweep.</summary>
    /// <exception cref="InputException">Rows that cannot be parted so: groups across the split, too few groups, a class that training rows of a fold
    /// lack.</exception>
    internal static IReadOnlyList<SweepFold> Of(EmbeddingSet set, SweepOptions options, RandomStreams random)
    {
        if (options.Folds is not { } count)
        {
            return [Create(0, ProtocolData.Prepare(set, options.Labels, options.LeaksInForce, random), options, random)];
        }

        return [.. Enumerable.Range(0, options.Repeats).SelectMany(repeat => Parted(set, count, options, random, $"folds/repeat={repeat}")
            .Select((parted, k) => Named($"fold {(repeat * count) + k}", () => Create((repeat * count) + k, parted(), options, random))))];
    }

    /// <summary>The rows behind the rows of the table, by split.</summary>
    internal IEnumerable<(Split Split, SweepPredictions.MeasuredRows Rows)> Measured()
    {
        if (Inner.Count > 0)
        {
            var held = Inner.Select(data => Rows(data, data.Evaluated.Single(e => e.Split == Split.Test).Rows)).ToArray();
            yield return (Split.Validation, new(
                [.. held.SelectMany(h => h.Ids)], held[0].Groups is null ? null
                    : [.. held.SelectMany(h => h.Groups!)], [.. held.SelectMany(h => h.True)]));
        }

        foreach (var (split, rows) in Data.Evaluated.Where(e => Inner.Count == 0 || e.Split != Split.Validation))
        {
            yield return (split, Rows(Data, rows));
        }
    }

    private static SweepPredictions.MeasuredRows Rows(ProtocolData data, EmbeddingSet rows) =>
        new(rows.Ids, rows.Groups, FusionRows.Truth(data.Encoding, rows.Table));

    private static SweepFold Create(int number, ProtocolData data, SweepOptions options, RandomStreams random)
    {
        CheckClasses(data, options);
        if (options.InnerFolds is not { } count)
        {
            return new(number, data, []);
        }

        var outer = data.All.Select([.. Enumerable.Range(0, data.All.Count).Where(row => data.All.Splits![row] != Split.Test)]);
        return new(
            number, data, [.. Parted(outer, count, options, random, $"fold={number}/inner").Select((parted, j) => Named($"inner fold {j}", () =>
        {
            var inner = parted();
            CheckClasses(inner, options);
            return inner.Encoding.Classes.SequenceEqual(data.Encoding.Classes) ? inner
                : throw new InputException(
                    $"classes {string.Join(", ", data.Encoding.Classes.Except(inner.Encoding.Classes))} have no training row; expected each in two "
                        + "groups or more.");
        }))]);
    }

    /// <summary>Every row tested in one of K parts; by group, or by row where the published split is in force.</summary>
    private static IEnumerable<Func<ProtocolData>> Parted(EmbeddingSet set, int count, SweepOptions options, RandomStreams random, string name)
    {
        var labels = options.Labels.Select(l => CellMeaning.Values(set.Table[l])).ToArray();
        string[] classes = [.. Enumerable.Range(0, set.Count).Select(row => string.Join('\n', labels.Select(l => l[row])))];
        var groups = options.LeaksInForce.PublishedSplit ? set.Ids : set.Groups ?? set.Ids;
        var folds = GroupedFolds.Assign(groups, classes, count, random.Create(name));
        return Enumerable.Range(0, count).Select(Func<ProtocolData> (k) => () => ProtocolData.Prepare(
            SplitAssignment.WithSplit(set, [.. folds.Select(f => (f == k ? Split.Test : Split.Train).Text())]), options.Labels, options.LeaksInForce,
            random.Derive($"{name}/{k}")));
    }

    /// <summary>Finds a class that training rows lack before any model is trained, not after hours.</summary>
    private static void CheckClasses(ProtocolData data, SweepOptions options) =>
        FusionLoss.Fit(options.Trainer.Loss, data.Encoding, data.Training.Rows.Table).Dispose();

    private static T Named<T>(string fold, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (InputException error)
        {
            throw new InputException(
                $"{fold}: {error.Message} A class needs groups in every fold's training rows: use fewer folds, or leave the class out.", error);
        }
    }
}
