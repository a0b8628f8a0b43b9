using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Data.Splits;

/// <summary>
/// The rows that scikit-learn's <c>train_test_split(…, stratify=…, random_state=…)</c> takes, one for one, as the published preprocessing of
/// HAM10000, BRSET and mBRSET calls it. It splits by row, whatever else rows share (leak 3 of the published protocol): for reproducing only.
/// </summary>
public static class PublishedSplit
{
    /// <summary>The seed of the published code.</summary>
    public const uint Seed = 42;

    /// <summary>The published share of test rows.</summary>
    public const double TestFraction = 0.2;

    /// <summary>Training and test rows, each in the order in which the published code writes them.</summary>
    /// <param name="classes">The class of each row (N), in the order of the published file: the order decides which rows are drawn.</param>
    /// <param name="testFraction">Share of rows for testing, in (0, 1); rounded up to whole rows.</param>
    /// <param name="seed">scikit-learn's <c>random_state</c>.</param>
    /// <returns>0-based rows.</returns>
    /// <exception cref="InputException">A class with one row, or fewer rows on a side than there are classes.</exception>
    public static (int[] Train, int[] Test) TrainTest(IReadOnlyList<string> classes, double testFraction = TestFraction, uint seed = Seed)
    {
        ArgumentNullException.ThrowIfNull(classes);
        new SplitOptions { TestFraction = testFraction, ValidationFraction = 0 }.Validate();
        var byClass = RowsByClass(classes);
        var testCount = (int)Math.Ceiling(testFraction * classes.Count);
        var trainCount = classes.Count - testCount;
        Check(byClass, trainCount, testCount);
        var random = new NumpyRandomState(seed);
        var sizes = byClass.Select(c => c.Rows.Length).ToArray();
        var train = ApproximateMode(sizes, trainCount, random);
        var test = ApproximateMode([.. sizes.Select((size, c) => size - train[c])], testCount, random);
        List<int> trainRows = [], testRows = [];
        for (var c = 0; c < sizes.Length; c++)
        {
            var order = random.Permutation(sizes[c]);
            trainRows.AddRange(order[..train[c]].Select(i => byClass[c].Rows[i]));
            testRows.AddRange(order[train[c]..(train[c] + test[c])].Select(i => byClass[c].Rows[i]));
        }

        int[] trainOrder = [.. trainRows], testOrder = [.. testRows];
        random.Shuffle(trainOrder);
        random.Shuffle(testOrder);
        return (trainOrder, testOrder);
    }

    /// <summary>The side of each row; with validation rows, these are drawn by a second call from what the first leaves to train on.</summary>
    /// <param name="classes">The class of each row (N), in the order of the published file.</param>
    /// <param name="options">The shares of all rows; published: test 0.2, validation 0 (SatelliteBench: 0.2).</param>
    /// <param name="seed">scikit-learn's <c>random_state</c>, for both calls.</param>
    /// <returns>The side of each row (N).</returns>
    /// <exception cref="InputException">As <see cref="TrainTest"/>.</exception>
    public static Split[] Assign(IReadOnlyList<string> classes, SplitOptions options, uint seed = Seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var (rest, test) = TrainTest(classes, options.TestFraction, seed);
        var split = new Split[classes.Count];
        foreach (var row in test)
        {
            split[row] = Split.Test;
        }

        if (options.ValidationFraction > 0)
        {
            var share = options.ValidationFraction / (1 - options.TestFraction);
            foreach (var row in TrainTest([.. rest.Select(r => classes[r])], share, seed).Test)
            {
                split[rest[row]] = Split.Validation;
            }
        }

        return split;
    }

    /// <summary>Classes in NumPy's order: numbers by value, anything else by code point.</summary>
    private static (string Class, int[] Rows)[] RowsByClass(IReadOnlyList<string> classes)
    {
        var groups = Enumerable.Range(0, classes.Count).GroupBy(i => classes[i], StringComparer.Ordinal)
            .Select(g =>
                (Class: g.Key, Rows: g.ToArray(), Number: double.TryParse(g.Key, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    ? value : (double?)null));
        var all = groups.ToArray();
        return [.. (all.All(g => g.Number is not null) ? all.OrderBy(g => g.Number)
            : all.OrderBy(g => g.Class, StringComparer.Ordinal)).Select(g => (g.Class, g.Rows))];
    }

    private static void Check((string Class, int[] Rows)[] byClass, int trainCount, int testCount)
    {
        if (byClass.FirstOrDefault(c => c.Rows.Length < 2) is { Rows: not null } single)
        {
            throw new InputException($"class '{single.Class}' has one row; expected at least 2 a class for a stratified split.");
        }

        if (Math.Min(trainCount, testCount) < byClass.Length)
        {
            throw new InputException(
                $"{trainCount} training and {NumberText.Count(testCount, "test row")} for {NumberText.Count(byClass.Length, "class", "classes")}; "
                    + "expected at least one row a class on each side.");
        }
    }

    /// <summary>
    /// How many of each class to draw so that the whole is <paramref name="draws"/>: shares rounded down, then the largest remainders up, and
    /// among equal remainders chosen at random.
    /// </summary>
    private static int[] ApproximateMode(int[] sizes, int draws, NumpyRandomState random)
    {
        var total = (double)sizes.Sum(s => (long)s);
        var wanted = sizes.Select(s => s / total * draws).ToArray();
        var counts = wanted.Select(w => (int)Math.Floor(w)).ToArray();
        var left = draws - counts.Sum();
        var remainders = wanted.Select((w, c) => w - counts[c]).ToArray();
        foreach (var equal in Enumerable.Range(0, sizes.Length).GroupBy(c => remainders[c]).OrderByDescending(g => g.Key))
        {
            if (left <= 0)
            {
                break;
            }

            var candidates = equal.ToArray();
            foreach (var chosen in random.Permutation(candidates.Length).Take(left))
            {
                counts[candidates[chosen]]++;
                left--;
            }
        }

        return counts;
    }
}
