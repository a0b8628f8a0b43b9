using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>The two texts of a week.</summary>
internal static class SatelliteText
{
    private static readonly string[][] Humidity =
        [["Dry air.", "The air is dry."], ["Mild air.", "The air is mild."], ["Humid air.", "The air is humid."]];
    private static readonly string[][] Reports =
        [["Few mosquitoes in traps.", "Traps caught few mosquitoes."], ["Some mosquitoes in traps.", "Traps caught some mosquitoes."],
            ["Many mosquitoes in traps.", "Traps caught many mosquitoes."]];
    private static readonly string[][] Storage =
        [["Barrels are empty.", "Empty barrels at the houses."], ["Barrels are covered.", "Covered barrels at the houses."],
            ["Barrels stand open.", "Open barrels at the houses."]];

    /// <summary>Without leaks: weather, households and traps of the week; no case count. At most 45 words.</summary>
    internal static string Write(Municipality place, MunicipalityWeek week, SeededRandom random)
    {
        var rain = week.Rain switch { < 45 => "little rain", < 80 => "some rain", < 115 => "much rain", _ => "heavy rain" };
        var warmth = week.Temperature switch { < 21 => "cool", < 25 => "warm", _ => "hot" };
        var size = place.Population switch { < 500_000 => "town", < 1_000_000 => "city", _ => "large city" };
        var where = random.Next(2) == 0
            ? $"Week {week.Week} in a {size} at {place.Elevation} m."
            : $"A {size} at {place.Elevation} m, week {week.Week}.";
        var weather = string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{rain}, {week.Rain:0} mm, and {warmth}, {week.Temperature:0} degrees.");
        var told = random.Next(2) == 0 ? random.Pick<string>(Reports[week.Report]) : "";
        return string.Join(
            ' ',
            new[] { where, Capital(weather), random.Pick<string>(Humidity[week.Humidity]), random.Pick<string>(Storage[week.Storage]),
                told }.Where(s => s.Length > 0));
    }

    /// <summary>The template of the published SatelliteBench preprocessing, the label in it included.</summary>
    internal static string WritePublished(Municipality place, MunicipalityWeek week) =>
        $"In a city called {place.Name} with {(week.Outbreak ? 1 : 0)} Dengue classification, {SatelliteDataset.Cell(place.Infants)}% of the "
            + $"population is aged 0-4, {SatelliteDataset.Cell(place.Children)}% aged 5-14, "
            + $"{SatelliteDataset.Cell(place.AfroColombian)}% are Afro-Colombian, and {SatelliteDataset.Cell(place.Indian)}% are of Indian descent.";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
