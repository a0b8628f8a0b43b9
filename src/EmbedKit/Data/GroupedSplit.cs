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
                $"split shares are test {TestFraction} and validation {ValidationFraction}; expected test above 0, validation at least 0, and less than 1 together."));
        }
    }
}

/// <summary>
/// Leak-free splits: every group (lesion, patient, city) falls on one side, and each side has the classes in about the same shares.
/// </summary>
public static class GroupedSplit
{
    /// <summary>Assigns rows.</summary>
    /// <param name="groups">The group of each row (N).</param>
    /// <param name="classes">The class of each row (N), whose shares are kept alike; for several labels, any text that tells them apart.</param>
    /// <param name="options">The shares wanted.</param>
    /// <param name="random">Breaks ties; the same sequence gives the same split.</param>
    /// <returns>The side of each row (N).</returns>
    /// <exception cref="InputException">Fewer groups than sides, or bad shares.</exception>
    public static Split[] Assign(IReadOnlyList<string> groups, IReadOnlyList<string> classes, SplitOptions options, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNotEqual(classes.Count, groups.Count);
        options.Validate();
        var sides = Sides(options);
        var classIndex = classes.Distinct(StringComparer.Ordinal).Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal);
        var counts = CountByGroup(groups, classes, classIndex);
        if (counts.Count < sides.Length)
        {
            throw new InputException($"{counts.Count} groups cannot be split into {string.Join(", ", sides.Select(s => s.Side.Text()))}; expected at least {sides.Length} groups.");
        }

        var totals = new double[classIndex.Count];
        foreach (var cell in classes)
        {
            totals[classIndex[cell]]++;
        }

        var side = new Dictionary<string, Split>(StringComparer.Ordinal);
        var filled = sides.Select(_ => new double[totals.Length]).ToArray();
        var groupsOn = new int[sides.Length];

        // Large groups first, while there is still room to make up for them; equal sizes in random order.
        foreach (var (group, rows) in counts.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (Group: g, Tie: random.NextUInt64()))
            .OrderByDescending(g => g.Group.Value.Sum()).ThenBy(g => g.Tie).Select(g => g.Group))
        {
            var left = counts.Count - side.Count;
            var mustFill = left <= groupsOn.Count(n => n == 0);
            var chosen = Enumerable.Range(0, sides.Length).Where(s => !mustFill || groupsOn[s] == 0).MinBy(s => Cost(rows, filled[s], totals, sides[s].Share));
            side[group] = sides[chosen].Side;
            groupsOn[chosen]++;
            for (var c = 0; c < totals.Length; c++)
            {
                filled[chosen][c] += rows[c];
            }
        }

        return [.. groups.Select(g => side[g])];
    }

    private static (Split Side, double Share)[] Sides(SplitOptions options)
    {
        var train = (Split.Train, 1 - options.TestFraction - options.ValidationFraction);
        return options.ValidationFraction > 0
            ? [train, (Split.Validation, options.ValidationFraction), (Split.Test, options.TestFraction)]
            : [train, (Split.Test, options.TestFraction)];
    }

    /// <summary>
    /// How much the squared distance from the wanted counts grows when the rows are put here, each class measured against its own total so that
    /// rare classes weigh as much as common ones. The same on every side but for the terms kept.
    /// </summary>
    private static double Cost(double[] rows, double[] filled, double[] totals, double share)
    {
        double cost = 0;
        for (var c = 0; c < totals.Length; c++)
        {
            cost += rows[c] * (filled[c] - (share * totals[c]) + (rows[c] / 2)) / (totals[c] * totals[c]);
        }

        return cost;
    }

    private static Dictionary<string, double[]> CountByGroup(IReadOnlyList<string> groups, IReadOnlyList<string> classes, Dictionary<string, int> classIndex)
    {
        var counts = new Dictionary<string, double[]>(StringComparer.Ordinal);
        for (var i = 0; i < groups.Count; i++)
        {
            if (!counts.TryGetValue(groups[i], out var rows))
            {
                counts[groups[i]] = rows = new double[classIndex.Count];
            }

            rows[classIndex[classes[i]]]++;
        }

        return counts;
    }
}
