using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Satellite tiles with SatelliteBench's shape: ten municipalities, one tile a week each, outbreak or not.</summary>
internal static class SatelliteDataset
{
    internal static IEnumerable<DemoSample> Draw(DemoOptions options, RandomStreams streams)
    {
        // Encoders must not learn ten layouts by heart: their wider draw has forty.
        var places = Enumerable.Range(0, options.Variation > 1 ? 40 : Municipality.Names.Length)
            .Select(i => Municipality.Draw(i, streams.Create($"municipality/{i}"))).ToArray();
        var order = streams.Create("plan").Order(options.Size);
        for (var i = 0; i < options.Size; i++)
        {
            var (place, number) = (places[order[i] % places.Length], order[i] / places.Length);
            var week = MunicipalityWeek.Draw(place, number, streams.Create($"week/{place.Number}/{number}"), options.Variation);
            var view = streams.Derive($"image/{place.Number}/{number}");
            yield return new(() => SatellitePainter.Paint(place, week, streams, view.Create("view"), options.Variation))
            {
                Id = $"{place.Code}_{week.EpidemiologicalWeek}.jpg",
                Text = SatelliteText.Write(place, week, view.Create("text")),
                PublishedText = SatelliteText.WritePublished(place, week),
                Labels = [("label_outbreak", week.Outbreak ? "1" : "0")],
                Group = place.Code,
                Metadata =
                [
                    ("municipality", place.Name), ("municipality_code", place.Code), ("epiweek", week.EpidemiologicalWeek),
                    ("temperature", Cell(week.Temperature)), ("precipitation", Cell(week.Rain)),
                    ("population", place.Population.ToString(CultureInfo.InvariantCulture)),
                    ("elevation", place.Elevation.ToString(CultureInfo.InvariantCulture)),
                    ("Age0-4(%)", Cell(place.Infants)), ("Age5-14(%)", Cell(place.Children)),
                    ("AfrocolombianPopulation(%)", Cell(place.AfroColombian)), ("IndianPopulation(%)", Cell(place.Indian)),
                    ("Householdswithoutwateraccess(%)", Cell(place.WithoutWater)),
                ],
            };
        }
    }

    /// <summary>A number as a metadata cell: at most two decimals.</summary>
    internal static string Cell(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
