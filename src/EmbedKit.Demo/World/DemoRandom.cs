using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Draws that every demo data set needs.</summary>
internal static class DemoRandom
{
    /// <summary>A uniform value in [low, high).</summary>
    internal static float Between(this SeededRandom random, double low, double high) => (float)(low + ((high - low) * random.NextDouble()));

    /// <summary>A normal value, cut to [0, 1].</summary>
    internal static float Trait(this SeededRandom random, double mean, double spread) =>
        (float)Math.Clamp(mean + (spread * random.NextGaussian()), 0, 1);

    /// <summary>True with the given probability.</summary>
    internal static bool Chance(this SeededRandom random, double probability) => random.NextDouble() < probability;

    /// <summary>One of the values, each as likely.</summary>
    internal static T Pick<T>(this SeededRandom random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    /// <summary>
    /// A position drawn by weights, of which the share <paramref name="overlap"/> is replaced by equal chances: 0 keeps the weights, 1 makes
    /// the draw say nothing about them.
    /// </summary>
    internal static int Weighted(this SeededRandom random, ReadOnlySpan<double> weights, double overlap = 0)
    {
        double total = 0;
        foreach (var weight in weights)
        {
            total += weight;
        }

        var left = random.NextDouble();
        for (var i = 0; i < weights.Length; i++)
        {
            left -= ((1 - overlap) * weights[i] / total) + (overlap / weights.Length);
            if (left < 0)
            {
                return i;
            }
        }

        return weights.Length - 1;
    }

    /// <summary>A count with the given mean (Knuth's Poisson draw; means here stay below 30).</summary>
    internal static int Count(this SeededRandom random, double mean)
    {
        var count = 0;
        for (double product = random.NextDouble(), limit = Math.Exp(-mean); product > limit; product *= random.NextDouble())
        {
            count++;
        }

        return count;
    }

    /// <summary>The numbers 0 … n−1 in random order (Fisher and Yates).</summary>
    internal static int[] Order(this SeededRandom random, int n)
    {
        var order = Enumerable.Range(0, n).ToArray();
        for (var i = n - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
