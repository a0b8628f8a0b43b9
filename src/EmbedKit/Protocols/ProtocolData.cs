using EmbedKit.Alignment;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols;

/// <summary>A data set as the rules see it: who trains, who chooses the epoch, who measures, and what was learned before any model.</summary>
public sealed record ProtocolData
{
    private ProtocolData()
    {
    }

    /// <summary>All rows, with the split in force.</summary>
    public required EmbeddingSet All { get; init; }

    /// <summary>The rows to learn from.</summary>
    public required TrainingSet Training { get; init; }

    /// <summary>The rows that choose the epoch: validation rows, or the test rows where that leak is on.</summary>
    public required EmbeddingSet Selection { get; init; }

    /// <summary>The rows to report: validation, where the split has such rows, and test.</summary>
    public required IReadOnlyList<(Split Split, EmbeddingSet Rows)> Evaluated { get; init; }

    /// <summary>The label, learned from the training rows.</summary>
    public required LabelEncoding Encoding { get; init; }

    /// <summary>The rules.</summary>
    public required LeakOptions Leaks { get; init; }

    /// <summary>What was done that nobody asked for, e.g. rows set aside for validation; or null.</summary>
    public string? Note { get; init; }

    /// <summary>Splits the rows and learns the label.</summary>
    /// <param name="set">A set with a split column.</param>
    /// <param name="labels">The label columns.</param>
    /// <param name="leaks">The rules.</param>
    /// <param name="random">The stream <c>validation</c>.</param>
    /// <exception cref="InputException">No split column, no training or test row, a missing label column, a single class, or a class that training
    /// rows lack.</exception>
    public static ProtocolData Prepare(EmbeddingSet set, IReadOnlyList<string> labels, LeakOptions leaks, RandomStreams random)
    {
        var (all, note) = SplitAssignment.Assign(set, labels, leaks, random);
        var training = TrainingSet.From(all);
        var test = all.Select(all.RowsOf(Split.Test));
        var validation = all.RowsOf(Split.Validation) is { Length: > 0 } rows ? all.Select(rows) : null;
        var encoding = LabelEncoding.Fit(labels, training.Rows.Table);
        IReadOnlyList<(Split Split, EmbeddingSet Rows)> evaluated = validation is null ? [(Split.Test, test)]
            : [(Split.Validation, validation), (Split.Test, test)];
        foreach (var (_, measured) in evaluated)
        {
            // A class that training rows lack is an error now, not after an hour of training.
            _ = FusionRows.Truth(encoding, measured.Table);
        }

        return new()
        {
            All = all,
            Training = training,
            Selection = leaks.SelectEpochOnTest ? test : validation!,
            Evaluated = evaluated,
            Encoding = encoding,
            Leaks = leaks,
            Note = note,
        };
    }

    /// <summary>Learns an alignment from the rows that the rules allow: training rows, or all rows where that leak is on.</summary>
    /// <typeparam name="T">What is learned.</typeparam>
    /// <param name="aligner">The alignment.</param>
    public T Fit<T>(Func<TrainingSet, T> aligner)
    {
        ArgumentNullException.ThrowIfNull(aligner);
        return aligner(Leaks.GapOnAllRows ? TrainingSet.AllRowsAsPublished(All) : Training);
    }
}
