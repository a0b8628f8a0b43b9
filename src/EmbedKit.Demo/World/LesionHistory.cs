using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>What a patient tells about a lesion. Each fact is likelier in some classes and certain in none.</summary>
internal sealed record LesionHistory(int Age, bool Male, string Site, int Course, int Feeling, int Background)
{
    /// <summary>
    /// Share of each fact that is drawn with equal chances, whatever the class: 0 makes text most telling, 1 makes it say nothing. The
    /// handle on how hard <c>text</c> is.
    /// </summary>
    internal const double TextOverlap = 0.04;

    private static readonly string[] Sites =
        ["back", "lower extremity", "trunk", "upper extremity", "abdomen", "face", "chest", "foot", "neck", "scalp", "hand"];

    // Rows: akiec, bcc, bkl, df, mel, nv, vasc. Sites follow HAM10000's counts, ages its means; the rest is made up to be plausible.
    private static readonly double[][] SiteWeights =
    [
        [29, 65, 4, 62, 5, 113, 12, 3, 10, 14, 13], [186, 58, 11, 49, 18, 101, 47, 2, 14, 19, 2], [202, 174, 73, 104, 42, 319, 74, 8, 31, 34, 6],
        [2, 82, 1, 24, 4, 1, 1, 2, 1, 1, 1], [324, 192, 47, 213, 66, 104, 68, 28, 29, 20, 5], [1427, 1479, 1241, 655, 860, 100, 200, 284, 85, 30, 40],
        [22, 27, 31, 11, 27, 8, 6, 2, 3, 2, 5],
    ];

    private static readonly (double Mean, double Spread)[] Ages = [(67, 11), (67, 12), (64, 14), (51, 13), (61, 14), (45, 15), (51, 18)];
    private static readonly double[] MaleShare = [0.67, 0.62, 0.57, 0.5, 0.62, 0.51, 0.48];

    // Unchanged for years, slowly growing, changed in recent months, since childhood, within weeks, comes and goes.
    private static readonly double[][] Courses =
    [
        [4, 18, 10, 1, 5, 62], [4, 56, 12, 1, 7, 20], [18, 58, 6, 1, 6, 11], [62, 20, 4, 2, 5, 7], [4, 8, 74, 3, 8, 3], [62, 8, 4, 23, 1, 2],
        [24, 8, 6, 26, 33, 3],
    ];

    // Nothing, rough, itchy, bleeds, firm, tender.
    private static readonly double[][] Feelings =
    [
        [8, 66, 16, 5, 3, 2], [10, 8, 6, 68, 6, 2], [26, 54, 14, 3, 1, 2], [12, 4, 10, 2, 69, 3], [28, 3, 35, 30, 2, 2], [82, 3, 8, 2, 2, 3],
        [36, 1, 2, 52, 3, 6],
    ];

    // Nothing known, outdoor work, sunburns in childhood, many spots in the family, an insect bite or scratch.
    private static readonly double[][] Backgrounds =
    [
        [20, 62, 12, 4, 2], [26, 48, 20, 4, 2], [38, 10, 7, 42, 3], [18, 6, 5, 4, 67], [12, 6, 54, 26, 2], [52, 6, 13, 27, 2], [66, 6, 5, 3, 20],
    ];

    internal static LesionHistory Draw(int kind, SeededRandom random)
    {
        var (mean, spread) = Ages[kind];
        return new(
            5 * (int)Math.Clamp(Math.Round((mean + (spread * random.NextGaussian())) / 5), 1, 17),
            random.Chance(MaleShare[kind]),
            Sites[random.Weighted(SiteWeights[kind], TextOverlap)],
            random.Weighted(Courses[kind], TextOverlap),
            random.Weighted(Feelings[kind], TextOverlap),
            random.Weighted(Backgrounds[kind], TextOverlap));
    }
}
