using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>
/// One eye: its grade (0–4), what the reader wrote down, and how much of it the photograph shows: a visible severity on the same scale, which
/// need not match, and the tone of the retina (0 pale – 1 dark).
/// </summary>
internal sealed record FundusEye(
    bool Right, int Grade, double Severity, bool MacularEdema, bool Hemorrhage, bool AbnormalVessels, bool Drusen, bool LargeCup, bool Blurred,
    float Tone)
{
    /// <summary>Standard deviation of what is visible around the grade (0–4). 0 makes images nearly decisive, 1.5 nearly useless. The handle on how
    /// hard images are.</summary>
    internal const double ImageSpread = 0.4;

    private static readonly double[] EdemaShare = [0.01, 0.08, 0.25, 0.4, 0.45];
    private static readonly double[] HemorrhageShare = [0.01, 0.12, 0.6, 0.85, 0.85];
    private static readonly double[] VesselShare = [0.03, 0.08, 0.2, 0.45, 0.75];

    internal static FundusEye Draw(bool right, int grade, SeededRandom random, double variation)
    {
        // Sick retinas come out darker on average: a coarse sign, which even an encoder too small to see single spots can use.
        var severity = Math.Clamp(grade + (ImageSpread * (0.5 + (0.5 * variation)) * random.NextGaussian()), 0, 4.5);
        return new(
            right, grade, severity, random.Chance(EdemaShare[grade]), random.Chance(HemorrhageShare[grade]), random.Chance(VesselShare[grade]),
            random.Chance(0.12), random.Chance(0.12), random.Chance(0.1 * variation), random.Trait(0.28 + (0.14 * severity), 0.2));
    }
}
