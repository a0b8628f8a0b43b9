using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>How one lesion looks; every value in [0, 1].</summary>
internal sealed record LesionTraits(
    float Pigment, float Redness, float Size, float Irregularity, float Network, float Dots,
    float Vessels, float Veil, float Scar, float Scale, float Cysts, float Clods)
{
    /// <summary>Images of each class in HAM10000 (Tschandl et al. 2018), 10,015 in all.</summary>
    internal static readonly double[] Frequencies = [327, 514, 1099, 115, 1113, 6705, 142];

    /// <summary>
    /// Spread of every trait within a class. The means below lie 0.1–0.8 apart, so 0.1 makes images nearly decisive and 0.4 nearly useless.
    /// </summary>
    internal const double ImageSpread = 0.11;

    /// <summary>Share of lesions that look like another class drawn by frequency, whatever they are: an image alone cannot get these right.</summary>
    internal const double Lookalikes = 0.03;

    //                                           pigm  red   size  irreg netw  dots  vess  veil  scar  scale cysts clods
    private static readonly double[][] Means =
    [
        /* akiec */                              [0.20, 0.55, 0.55, 0.50, 0.06, 0.10, 0.20, 0.04, 0.05, 0.80, 0.05, 0.02],
        /* bcc   */                              [0.12, 0.30, 0.50, 0.38, 0.05, 0.18, 0.85, 0.15, 0.10, 0.12, 0.04, 0.03],
        /* bkl   */                              [0.40, 0.12, 0.62, 0.40, 0.18, 0.15, 0.05, 0.06, 0.05, 0.40, 0.75, 0.02],
        /* df    */                              [0.40, 0.25, 0.32, 0.18, 0.40, 0.08, 0.08, 0.02, 0.92, 0.06, 0.04, 0.02],
        /* mel   */                              [0.80, 0.14, 0.70, 0.66, 0.45, 0.55, 0.12, 0.66, 0.08, 0.06, 0.06, 0.02],
        /* nv    */                              [0.55, 0.15, 0.42, 0.24, 0.58, 0.35, 0.05, 0.06, 0.03, 0.06, 0.10, 0.02],
        /* vasc  */                              [0.28, 0.90, 0.40, 0.22, 0.03, 0.04, 0.06, 0.08, 0.02, 0.04, 0.02, 0.90],
    ];

    /// <summary>Draws a lesion of a class.</summary>
    /// <param name="kind">0-based class, in the order of <see cref="DermatoscopyDataset.Classes"/>.</param>
    /// <param name="random">The lesion's stream.</param>
    /// <param name="variation">1, or more for wider spread.</param>
    internal static LesionTraits Draw(int kind, SeededRandom random, double variation)
    {
        if (random.Chance(Lookalikes * variation))
        {
            kind = random.Weighted(Frequencies);
        }

        var means = Means[kind];
        var spread = ImageSpread * (0.4 + (0.6 * variation));
        float Next(int i) => random.Trait(means[i], spread);
        return new(Next(0), Next(1), Next(2), Next(3), Next(4), Next(5), Next(6), Next(7), Next(8), Next(9), Next(10), Next(11));
    }
}
