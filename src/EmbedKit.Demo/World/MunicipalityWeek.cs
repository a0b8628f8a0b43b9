using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>
/// One week in one place. A hidden pressure (about normal) decides the outbreak; puddles, green and roofs in the image and rain, warmth and
/// reports in the text each follow it with noise of their own.
/// </summary>
internal sealed record MunicipalityWeek(
    string EpidemiologicalWeek, int Week, bool Outbreak, float StandingWater, float Green, float Shacks, double Rain, double Temperature,
    int Humidity, int Report, int Storage)
{
    /// <summary>Standard deviation of what the image shows around the pressure (which has 1): 0 makes images decisive, 2 nearly useless.</summary>
    internal const double ImageSpread = 0.75;

    /// <summary>Standard deviation of what the text tells around the pressure: 0 makes text decisive, 2 nearly useless.</summary>
    internal const double TextSpread = 1.0;

    /// <summary>Pressure above which there is an outbreak; 0.2 makes about 42 % of the weeks outbreaks.</summary>
    internal const double Threshold = 0.2;

    internal static MunicipalityWeek Draw(Municipality place, int number, SeededRandom random, double variation)
    {
        var (year, week) = (2016 + (number / 52), 1 + (number % 52));
        var season = Math.Sin(2 * Math.PI * (week + (5 * place.Soil)) / 26);
        var pressure = (0.6 * season) + (0.85 * random.NextGaussian());
        double Shown(double spread) => pressure + (spread * (0.5 + (0.5 * variation)) * random.NextGaussian());
        var warmth = 29 - (place.Elevation * 0.0055);
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{year}{week:D2}"), week, pressure > Threshold,
            Cut(0.4 + (0.22 * Shown(ImageSpread))), Cut(0.5 + (0.15 * Shown(ImageSpread * 1.6))), Cut(0.4 + (0.13 * Shown(ImageSpread * 1.6))),
            Math.Max(0, 70 + (34 * Shown(TextSpread))), warmth + (0.9 * Shown(TextSpread * 1.5)), Level(Shown(TextSpread * 1.2)),
            Level(Shown(TextSpread * 1.2)), Level(Shown(TextSpread * 1.5)));
    }

    private static float Cut(double value) => (float)Math.Clamp(value, 0, 1);

    private static int Level(double value) => value switch { < -0.5 => 0, > 0.7 => 2, _ => 1 };
}
