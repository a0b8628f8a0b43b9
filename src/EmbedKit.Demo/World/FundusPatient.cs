using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>What is known of a patient before anybody looks into the eyes. Each fact is likelier with more retinopathy and certain with
/// none.</summary>
internal sealed record FundusPatient(
    int Number, bool Male, int? Age, bool Diabetes, int Years, bool Insulin, bool Hypertension, bool KidneyDisease, int Control, int Complaint,
    bool Nikon, int RightGrade, int LeftGrade)
{
    /// <summary>Share of patients whose history is that of a patient drawn by frequency, whatever their grade. The handle on how hard <c>text</c>
    /// is.</summary>
    internal const double TextOverlap = 0.08;

    /// <summary>
    /// Share of patients by the grade of the worse eye. BRSET has 6.4 % with retinopathy; twice as many here, so that a test split of a few
    /// hundred images holds enough of each class.
    /// </summary>
    internal static readonly double[] Frequencies = [0.82, 0.03, 0.05, 0.035, 0.065];

    private static readonly double[] DiabetesShare = [0.24, 0.93, 0.96, 0.97, 0.98];
    private static readonly double[] YearsMean = [5, 9, 12, 15, 18];
    private static readonly double[] InsulinShare = [0.15, 0.28, 0.42, 0.6, 0.7];
    private static readonly double[] HypertensionShare = [0.33, 0.42, 0.5, 0.58, 0.62];
    private static readonly double[] KidneyShare = [0.02, 0.06, 0.12, 0.24, 0.32];

    // Sugar: well controlled, sometimes high, often high.
    private static readonly double[][] Controls = [[60, 30, 10], [40, 40, 20], [28, 42, 30], [18, 37, 45], [12, 33, 55]];

    // Complaints: none, blurred sight, floating spots, a dark veil.
    private static readonly double[][] Complaints = [[72, 21, 6, 1], [62, 28, 9, 1], [47, 40, 11, 2], [33, 46, 15, 6], [16, 30, 29, 25]];

    /// <summary>The patient number in metadata and groups.</summary>
    internal string Id => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal static FundusPatient Draw(int grade, int number, SeededRandom random)
    {
        var told = random.Chance(TextOverlap) ? random.Weighted(Frequencies) : grade;
        var other = random.Chance(grade == 0 ? 0 : 0.3) ? grade - 1 : grade;
        var rightIsWorse = random.Chance(0.5);
        var diabetes = random.Chance(DiabetesShare[told]);
        var years = (int)Math.Clamp(Math.Round(YearsMean[told] + (4.5 * random.NextGaussian())), 1, 45);
        var age = (int)Math.Clamp(Math.Round(56 + (1.5 * told) + (14 * random.NextGaussian())), 18, 92);
        return new(
            number, random.Chance(0.4), random.Chance(0.08) ? null : Math.Max(age, years + 8), diabetes, diabetes ? years
                : 0, diabetes && random.Chance(InsulinShare[told]),
            random.Chance(HypertensionShare[told]), random.Chance(KidneyShare[told]), random.Weighted(Controls[told]),
            random.Weighted(Complaints[told]), random.Chance(0.35),
            rightIsWorse ? grade : other, rightIsWorse ? other : grade);
    }
}
