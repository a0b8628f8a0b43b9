using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>How rows are shared out.</summary>
public sealed record SplitOptions
{
    /// <summary>Share of rows for testing, in (0, 1). Default 0.2.</summary>
    public double TestFraction { get; init; } = 0.2;

    /// <summary>Share of rows for choosing between models, in [0, 1). Default 0.1; 0 makes no such rows.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InputException">A share is out of range, or nothing is left to train on.</exception>
    public void Validate()
    {
        if (!(TestFraction > 0 && ValidationFraction >= 0 && TestFraction + ValidationFraction < 1))
        {
            throw new InputException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"split shares are test {TestFraction} and validation {ValidationFraction}; expected test above 0, validation at least 0, and less "
                    + $"than 1 together."));
        }
    }
}

/// <summary>
/// Leak-free splits: every group (lesion, patient, city) falls on one side, and each side looks like the whole: in classes, in sizes of groups, in
/// classes within sizes, and in further columns when they are given. What is not given but goes with class and size is then alike as well.
/// </summary>
public static class GroupedSplit
{
    /// <summary>Assigns rows.</summary>
    /// <param name="groups">The group of each row (N).</param>
    /// <param name="classes">The class of each row (N), whose shares are kept alike; for several labels, any text that tells them apart.</param>
    /// <param name="options">The shares wanted.</param>
    /// <param name="random">Breaks ties; the same sequence gives the same split.</param>
    /// <param name="alike">A table of the same rows (N) whose columns of few values, or of numbers, are kept alike too; null for none.</param>
    /// <returns>The side of each row (N).</returns>
    /// <exception cref="InputException">Fewer groups than sides, or bad shares.</exception>
    public static Split[] Assign(
        IReadOnlyList<string> groups, IReadOnlyList<string> classes, SplitOptions options, SeededRandom random, TextTable? alike = null)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNotEqual(classes.Count, groups.Count);
        options.Validate();
        var sides = Sides(options);
        var count = groups.Distinct(StringComparer.Ordinal).Count();
        if (count < sides.Length)
        {
            throw new InputException(
                $"{NumberText.Count(count, "group")} cannot be split into {string.Join(", ", sides.Select(s => s.Side.Text()))}; expected at least "
                    + $"{sides.Length} groups.");
        }

        return [.. GroupAllocation.Assign(groups, classes, [.. sides.Select(s => s.Share)], random, FieldCodes.OfSides(alike).Select(c => c.OfRow))
            .Select(s => sides[s].Side)];
    }

    /// <summary>Says which classes have rows, but none to learn from: every one of their groups fell on another side. And which that are no rare ones
    /// have none to be tested on.</summary>
    /// <param name="column">The label column, for the note.</param>
    /// <param name="classes">The class of each row (N); empty where it is missing.</param>
    /// <param name="split">The side of each row (N).</param>
    public static void SayUnlearned(string column, IReadOnlyList<string> classes, IReadOnlyList<Split> split)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(split);
        void Say(Split side, double least, string kind, string end)
        {
            var there = classes.Where((_, r) => split[r] == side).ToHashSet(StringComparer.Ordinal);
            string[] missing = [.. classes.Where(c => c.Length > 0 && !there.Contains(c)).CountBy(c => c).Where(c => c.Value >= least * classes.Count)
                .Select(c => c.Key).Order(StringComparer.Ordinal)];
            if (missing.Length > 0)
            {
                InputNotes.Say(
                    $"{column}: {NumberText.Count(missing.Length, "class has", "classes have")} no {kind} row "
                        + $"({SameText.Escaped(missing.Take(5))}{(missing.Length > 5 ? ", …" : "")}): too few groups for every side; {end}.");
            }
        }

        Say(Split.Train, 0, "training", "no model can learn them");
        Say(Split.Test, SideShares.Frequent, "test", "nothing is measured of them");
    }

    /// <summary>Says which sides are much larger or smaller than asked for.</summary>
    /// <param name="source">The table, for the note.</param>
    /// <param name="split">The side of each row (N).</param>
    /// <param name="options">The shares that were asked for.</param>
    public static void SaySizes(string source, IReadOnlyList<Split> split, SplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(options);
        foreach (var (side, wanted) in Sides(options))
        {
            var share = split.Count(s => s == side) / (double)split.Count;
            if (SideShares.OffSize(share, wanted) > 0)
            {
                InputNotes.Say(
                    $"{source}: {side.Text()} has {NumberText.Percent(share, 1)} of the rows, where {NumberText.Percent(wanted, 1)} were asked for: "
                        + "whole groups come no nearer with every class where it is needed.");
            }
        }
    }

    private static (Split Side, double Share)[] Sides(SplitOptions options)
    {
        var train = (Split.Train, 1 - options.TestFraction - options.ValidationFraction);
        return options.ValidationFraction > 0
            ? [train, (Split.Validation, options.ValidationFraction), (Split.Test, options.TestFraction)]
            : [train, (Split.Test, options.TestFraction)];
    }
}
