using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>
/// K folds for cross-validation: every row is tested in one of them, a group (lesion, patient, city) is never cut, and each fold has the classes
/// in about the same shares. Repeat with another sequence for repeated folds.
/// </summary>
public static class GroupedFolds
{
    /// <summary>Assigns rows.</summary>
    /// <param name="groups">The group of each row (N).</param>
    /// <param name="classes">The class of each row (N), whose shares are kept alike; for several labels, any text that tells them apart.</param>
    /// <param name="folds">K, at least 2.</param>
    /// <param name="random">Orders groups of one size; the same sequence gives the same folds.</param>
    /// <returns>The fold in which each row is tested (N), 0…K−1.</returns>
    /// <exception cref="InputException">Fewer than two folds, or fewer groups than folds.</exception>
    public static int[] Assign(IReadOnlyList<string> groups, IReadOnlyList<string> classes, int folds, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNotEqual(classes.Count, groups.Count);
        var count = groups.Distinct(StringComparer.Ordinal).Count();
        if (folds < 2 || count < folds)
        {
            throw new InputException(
                $"{NumberText.Count(folds, "fold")} of {NumberText.Count(count, "group")}; expected at least 2 folds, and a group for each.");
        }

        return GroupAllocation.Assign(groups, classes, [.. Enumerable.Repeat(1.0 / folds, folds)], random, []);
    }
}
