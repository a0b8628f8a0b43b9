namespace EmbedKit.Benchmarks.Preprocessing;

/// <summary>Samples of decode, resize with crop, and float stage of one side, in seconds.</summary>
internal sealed class StageTimes
{
    internal static readonly string[] Names = ["decode", "resize and crop", "float", "all"];
    private readonly List<double>[] _wall = [[], [], [], []];
    private readonly List<double>[] _cpu = [[], [], [], []];

    /// <summary>Samples of each stage.</summary>
    internal int Count => _wall[0].Count;

    internal void Add(ReadOnlySpan<double> wall, ReadOnlySpan<double> cpu)
    {
        Add(_wall, wall);
        Add(_cpu, cpu);
    }

    /// <summary>Median milliseconds of wall time of a stage.</summary>
    internal double Wall(int stage) => Quantile(_wall[stage], 0.5);

    /// <summary>Median milliseconds of CPU time of a stage.</summary>
    internal double Cpu(int stage) => Quantile(_cpu[stage], 0.5);

    /// <summary>First and last decile of wall milliseconds of all stages together.</summary>
    internal (double Low, double High) Spread => (Quantile(_wall[^1], 0.1), Quantile(_wall[^1], 0.9));

    private static void Add(List<double>[] stages, ReadOnlySpan<double> seconds)
    {
        var sum = 0.0;
        for (var i = 0; i < seconds.Length; i++)
        {
            stages[i].Add(seconds[i]);
            sum += seconds[i];
        }

        stages[^1].Add(sum);
    }

    private static double Quantile(List<double> values, double share) => values.Order().ElementAt((int)((values.Count - 1) * share)) * 1000;
}
