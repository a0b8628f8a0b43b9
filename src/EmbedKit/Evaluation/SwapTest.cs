using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

/// <summary>
/// The approximate randomisation test (Noreen 1989) of two models on the same rows. If they were alike, it would not matter whose prediction
/// is called the first: predictions are swapped at random, whole groups at a time, and p is how often the difference gets as large as it is.
/// </summary>
public static class SwapTest
{
    /// <summary>Two-sided p-values of several differences over the same swaps: (1 + swaps at least as large) / (1 + all swaps).</summary>
    /// <param name="rows">N.</param>
    /// <param name="groups">N group names whose rows are swapped together, or null to swap single rows.</param>
    /// <param name="differences">Computes K differences, first − second, from N flags: whether the row is swapped.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="swaps">How many, at least 100. Default 2,000.</param>
    public static double[] PValues(int rows, IReadOnlyList<string>? groups, Func<bool[], double[]> differences, SeededRandom random, int swaps = 2000)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(swaps, 100);
        var units = Bootstrap.Units(rows, groups);
        var swapped = new bool[rows];
        var observed = differences(swapped);
        var asLarge = new int[observed.Length];
        for (var s = 0; s < swaps; s++)
        {
            foreach (var unit in units)
            {
                var flag = random.Next(2) == 1;
                foreach (var row in unit)
                {
                    swapped[row] = flag;
                }
            }

            var drawn = differences(swapped);
            for (var k = 0; k < drawn.Length; k++)
            {
                // Equal sums in another order differ in the last bits, and equals count.
                asLarge[k] += Math.Abs(drawn[k]) >= Math.Abs(observed[k]) - 1e-12 ? 1 : 0;
            }
        }

        return [.. asLarge.Select(n => (1.0 + n) / (1 + swaps))];
    }

    /// <summary>What one model predicts, with the other's predictions in the rows that are swapped.</summary>
    /// <param name="kept">N·W predictions of the one, W a row.</param>
    /// <param name="taken">The other's.</param>
    /// <param name="swapped">N flags.</param>
    public static int[] Mix(int[] kept, int[] taken, bool[] swapped)
    {
        var (mixed, width) = (new int[kept.Length], kept.Length / swapped.Length);
        for (var i = 0; i < mixed.Length; i++)
        {
            mixed[i] = swapped[i / width] ? taken[i] : kept[i];
        }

        return mixed;
    }
}
