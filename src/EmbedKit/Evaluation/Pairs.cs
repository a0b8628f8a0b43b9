using EmbedKit.Runtime;

namespace EmbedKit.Evaluation;

internal static class Pairs
{
    internal static double[] Differences(IReadOnlyList<double> a, IReadOnlyList<double> b, int atLeast)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Count != b.Count || a.Count < atLeast)
        {
            throw new InputException($"paired test: {a.Count} and {NumberText.Count(b.Count, "value")}; expected the same number, at least "
                + $"{atLeast}.");
        }

        double[] differences = [.. a.Zip(b, (x, y) => x - y)];
        var bad = Array.FindIndex(differences, d => !double.IsFinite(d));
        return bad < 0 ? differences : throw new InputException($"paired test: pair {bad + 1} is {a[bad]} and {b[bad]}; expected finite numbers.");
    }
}
