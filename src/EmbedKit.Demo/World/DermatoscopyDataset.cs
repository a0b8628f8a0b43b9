using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Skin lesions with HAM10000's classes, imbalance, columns and repeated lesions.</summary>
internal static class DermatoscopyDataset
{
    /// <summary>The classes, named as in HAM10000.</summary>
    internal static readonly string[] Classes = ["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"];

    /// <summary>Images of each class in HAM10000 (Tschandl et al. 2018), 10,015 in all.</summary>
    internal static readonly double[] Frequencies = [327, 514, 1099, 115, 1113, 6705, 142];

    /// <summary>Share of rows that even the rarest class gets (36 of 1,400): df and vasc have half as much in HAM10000, too few for a small test
    /// split.</summary>
    private const double SmallestShare = 36.0 / 1400;

    private static readonly string[] DiagnosisMethods = ["histo", "follow_up", "consensus", "confocal"];

    /// <summary>How the diagnosis was made, per class: counts in HAM10000, in the order of <see cref="DiagnosisMethods"/>. This is leak 2 of the
    /// published text.</summary>
    private static readonly double[][] DiagnosedByCounts =
        [[327, 0, 0, 0], [514, 0, 0, 0], [766, 0, 264, 69], [55, 0, 60, 0], [1113, 0, 0, 0], [2498, 3704, 503, 0], [67, 0, 75, 0]];

    internal static IEnumerable<DemoSample> Draw(DemoOptions options, RandomStreams streams)
    {
        var plan = Plan(options.Size, streams.Create("plan"));
        for (var i = 0; i < plan.Count; i++)
        {
            var (kind, lesionNumber, number) = (plan[i].Kind, plan[i].Lesion, i);
            var lesion = Lesion.Draw(kind, lesionNumber, streams, options.Variation);
            var view = streams.Derive($"image/{i}");
            yield return new(() => DermatoscopyPainter.Paint(lesion.Traits, view.Create("view"), options.Variation))
            {
                Id = $"DEMO_{number:D7}.jpg",
                Text = DermatoscopyText.Write(lesion, view.Create("text")),
                PublishedText = $"Patient diagnosed via {lesion.DiagnosedBy}. Age: {lesion.Age} years. Sex: {lesion.Sex}. Localization: "
                    + $"{lesion.Site}.",
                Labels = [("label_dx", Classes[kind])],
                Group = lesion.Id,
                Metadata =
                [
                    ("lesion_id", lesion.Id), ("dx", Classes[kind]), ("dx_type", lesion.DiagnosedBy),
                    ("age", lesion.Age.ToString(CultureInfo.InvariantCulture)), ("sex", lesion.Sex), ("localization", lesion.Site),
                ],
            };
        }
    }

    /// <summary>Rows of each class, and which rows show the same lesion, in random order.</summary>
    private static List<(int Kind, int Lesion)> Plan(int size, SeededRandom random)
    {
        var rows = new List<(int Kind, int Lesion)>(size);
        var counts = Counts(size);
        for (int kind = 0, lesion = 0; kind < Classes.Length; kind++)
        {
            // HAM10000 has 1.24 images a lesion for nv and about 1.6 for the others.
            double[] views = Classes[kind] == "nv" ? [0.80, 0.16, 0.04] : [0.58, 0.28, 0.14];
            for (var left = counts[kind]; left > 0; lesion++)
            {
                var images = Math.Min(left, 1 + random.Weighted(views));
                rows.AddRange(Enumerable.Repeat((kind, lesion), images));
                left -= images;
            }
        }

        return [.. random.Order(rows.Count).Select(i => rows[i])];
    }

    private static int[] Counts(int size)
    {
        var fewest = (int)Math.Round(SmallestShare * size);
        var counts = Frequencies.Select(f => Math.Max(fewest, (int)Math.Round(f * size / 10015))).ToArray();
        counts[Array.IndexOf(Classes, "nv")] += size - counts.Sum();
        return counts;
    }

    /// <summary>One lesion of one patient: what all its images and texts share.</summary>
    internal sealed record Lesion(
        string Id, int Kind, LesionTraits Traits, int Age, string Sex, string Site, string DiagnosedBy, LesionHistory History)
    {
        internal static Lesion Draw(int kind, int number, RandomStreams streams, double variation)
        {
            var random = streams.Create($"lesion/{number}");
            var history = LesionHistory.Draw(kind, random);
            return new(
                $"DEMO_LESION_{number:D6}", kind, LesionTraits.Draw(kind, random, variation), history.Age, history.Male ? "male"
                    : "female", history.Site,
                DiagnosisMethods[random.Weighted(DiagnosedByCounts[kind])], history);
        }
    }
}
