using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Skin lesions with HAM10000's classes, imbalance, columns and repeated lesions.</summary>
internal static class DermatoscopyDataset
{
    /// <summary>The classes, named as in HAM10000.</summary>
    internal static readonly string[] Classes = ["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"];

    /// <summary>Share of rows that even the rarest class gets (36 of 1,400): df and vasc have half as much in HAM10000, too few for a small test
    /// split.</summary>
    private const double SmallestShare = 36.0 / 1400;

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
        var counts = LesionTraits.Frequencies.Select(f => Math.Max(fewest, (int)Math.Round(f * size / 10015))).ToArray();
        counts[Array.IndexOf(Classes, "nv")] += size - counts.Sum();
        return counts;
    }
}
