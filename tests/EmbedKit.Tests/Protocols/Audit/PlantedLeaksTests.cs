using System.Collections.Concurrent;
using EmbedKit.Data;
using EmbedKit.Demo.World;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;

namespace EmbedKit.Tests.Protocols.Audit;

[Trait("Tier", "slow")]
public sealed class PlantedLeaksTests
{
    private const int Rows = 500;

    /// <summary>All 300 where every test is asked for, as in continuous integration; a sixth of the time otherwise.</summary>
    private static readonly int Seeds = Environment.GetEnvironmentVariable("EMBEDKIT_ALL_TESTS") is null ? 20 : 300;

    [Fact]
    public void Over_many_seeds_every_plant_is_found_and_clean_tables_are_silent()
    {
        var failures = new ConcurrentBag<string>();
        Parallel.For(0, Seeds, seed =>
        {
            var streams = new RandomStreams(seed);
            foreach (var dataset in Enum.GetValues<DemoDataset>())
            {
                var clean = Table(dataset, streams);
                foreach (var leak in Audit(clean, dataset, streams).Leaks)
                {
                    failures.Add($"seed {seed}, clean {dataset}: {leak.Kind} {leak.Field}: {leak.Explanation}");
                }

                foreach (var plant in Plant.All.Where(p => p.Dataset == dataset))
                {
                    var report = Audit(plant.Into(clean, streams.Create(plant.Name)), dataset, streams);
                    var found = report.Leaks;
                    if (!found.Any(l => l.Kind == plant.Kind && (plant.Field is null || l.Field == plant.Field)))
                    {
                        failures.Add(
                            $"seed {seed}: '{plant.Name}' was not found, but {string.Join(", ", found.Select(l => $"{l.Kind} {l.Field}"))}. "
                                + $"{string.Join(' ', report.Notes)}");
                    }

                    foreach (var other in found.Where(l => l.Kind != plant.Kind))
                    {
                        failures.Add($"seed {seed}, '{plant.Name}': also {other.Kind} {other.Field}: {other.Explanation}");
                    }
                }
            }
        });
        Assert.True(failures.IsEmpty, $"{failures.Count} wrong, such as:\n{string.Join('\n', failures.Order(StringComparer.Ordinal).Take(12))}");
    }

    [Fact]
    public void What_was_fitted_on_training_rows_alone_is_no_leak()
    {
        var streams = new RandomStreams(1);
        var satellite = Table(DemoDataset.Satellite, streams);
        satellite = satellite.With("precipitation", Plant.Standardised(satellite["precipitation"], satellite["split"], everything: false));
        Assert.Empty(Audit(satellite, DemoDataset.Satellite, streams).Leaks);

        var skin = Table(DemoDataset.Dermatoscopy, streams);
        skin = skin.With("place_risk", Plant.MeanLabel(skin["localization"], skin["label_dx"], "nv", skin["split"]));
        Assert.Empty(Audit(skin, DemoDataset.Dermatoscopy, streams).Leaks);
    }

    private static TextTable Table(DemoDataset dataset, RandomStreams streams) =>
        DemoTable.Build(dataset, DemoWorld.Draw(dataset, new() { Size = Rows }, streams), streams);

    private static AuditReport Audit(TextTable table, DemoDataset dataset, RandomStreams streams) => LeakAudit.Run(
        table, new() { Labels = dataset == DemoDataset.Fundus ? ["label_dr_binary"] : [], Permutations = 2 }, streams,
        new() { Embeddings = Plant.Embeddings(table, streams.Create("embeddings")) });
}
