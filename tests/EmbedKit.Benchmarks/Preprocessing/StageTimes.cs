namespace EmbedKit.Benchmarks.Preprocessing;

/// <summary>
/// Milliseconds of decode, resize with crop, float stage and all of them on one side. Of each image the shortest of all rounds counts, since other
/// programs can only lengthen it; the mean is over images.
/// </summary>
/// <param name="images">How many images.</param>
internal sealed class StageTimes(int images)
{
    internal static readonly string[] Names = ["decode", "resize and crop", "float", "all"];
    private readonly double[,] _wall = Endless(images), _cpu = Endless(images);

    internal void Add(int image, ReadOnlySpan<double> wall, ReadOnlySpan<double> cpu)
    {
        Keep(_wall, image, wall);
        Keep(_cpu, image, cpu);
    }

    /// <summary>Wall time of a stage.</summary>
    internal double Wall(int stage) => Mean(_wall, stage);

    /// <summary>CPU time of a stage.</summary>
    internal double Cpu(int stage) => Mean(_cpu, stage);

    private static void Keep(double[,] shortest, int image, ReadOnlySpan<double> seconds)
    {
        var sum = 0.0;
        for (var stage = 0; stage < seconds.Length; stage++)
        {
            shortest[image, stage] = Math.Min(shortest[image, stage], seconds[stage]);
            sum += seconds[stage];
        }

        shortest[image, seconds.Length] = Math.Min(shortest[image, seconds.Length], sum);
    }

    private static double[,] Endless(int images)
    {
        var times = new double[images, Names.Length];
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref times[0, 0], times.Length).Fill(double.PositiveInfinity);
        return times;
    }

    private static double Mean(double[,] shortest, int stage) =>
        Enumerable.Range(0, shortest.GetLength(0)).Average(image => shortest[image, stage]) * 1000;
}
