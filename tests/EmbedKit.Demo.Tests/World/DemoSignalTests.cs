using EmbedKit.Data;
using EmbedKit.Demo.World;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.Tests.World;

/// <summary>
/// Image and text each say something about the label and neither says it all, even to the simplest classifier there is: nearest class mean
/// on standardised colour and texture statistics, and on words.
/// </summary>
[Trait("Tier", "slow")]
public class DemoSignalTests
{
    public static TheoryData<DemoDataset> Datasets => [.. Enum.GetValues<DemoDataset>()];

    [Theory]
    [MemberData(nameof(Datasets))]
    public void Image_and_text_are_each_better_than_chance_and_neither_is_decisive(DemoDataset dataset)
    {
        List<DemoSample> samples = [.. DemoWorld.Draw(dataset, new() { Size = DemoWriter.SizeOf(dataset, 1000) }, new RandomStreams(11))];
        string[] labels = [.. samples.Select(s => s.Labels[0].Cell)];
        var split = GroupedSplit.Assign(
            [.. samples.Select(s => s.Group)], labels, new() { TestFraction = 0.3, ValidationFraction = 0 }, new SeededRandom(1));
        var chance = 1.0 / labels.Distinct().Count();

        var image = NearestMeanRecall([.. samples.Select(s => Statistics(s.Image))], labels, split);
        var text = NearestMeanRecall(Words([.. samples.Select(s => s.Text)]), labels, split);
        Assert.InRange(image, chance + 0.1, 0.93);
        Assert.InRange(text, chance + 0.1, 0.93);
    }

    [Fact]
    public void The_published_text_gives_the_outbreak_away()
    {
        List<DemoSample> samples = [.. DemoWorld.Draw(DemoDataset.Satellite, new() { Size = 300 }, new RandomStreams(11))];
        string[] labels = [.. samples.Select(s => s.Labels[0].Cell)];
        string[] told = [.. samples.Select(s => s.PublishedText.Split(" Dengue")[0][^1..])];
        Assert.Equal(labels, told);
    }

    /// <summary>Mean over classes of the share of test rows found (1 / classes by chance).</summary>
    private static double NearestMeanRecall(float[][] features, string[] labels, Split[] split)
    {
        int[] train = [.. Enumerable.Range(0, labels.Length).Where(i => split[i] == Split.Train)];
        var width = features[0].Length;
        var mean = new double[width];
        var spread = new double[width];
        for (var d = 0; d < width; d++)
        {
            mean[d] = train.Average(i => features[i][d]);
            spread[d] = Math.Sqrt(train.Average(i => Math.Pow(features[i][d] - mean[d], 2))) + 1e-3;
        }

        double[][] rows = [.. features.Select(f => f.Select((v, d) => (v - mean[d]) / spread[d]).ToArray())];
        var centres = train.GroupBy(i => labels[i])
            .Select(g => (Label: g.Key, Centre: Enumerable.Range(0, width).Select(d => g.Average(i => rows[i][d])).ToArray())).ToArray();
        return Enumerable.Range(0, labels.Length).Where(i => split[i] == Split.Test).GroupBy(i => labels[i]).Average(g => g.Average(i =>
            centres.MinBy(c => c.Centre.Zip(rows[i], (a, b) => (a - b) * (a - b)).Sum()).Label == labels[i] ? 1.0 : 0.0));
    }

    /// <summary>Colour means on a 3×3 grid, and histograms of how pixels differ from their neighbours two and five pixels on.</summary>
    private static float[] Statistics(RgbImage image)
    {
        var (grid, contrast) = (new float[27], new float[42]);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                for (var c = 0; c < 3; c++)
                {
                    float At(int column, int row) => image.Pixels[(((row * image.Width) + column) * 3) + c];
                    grid[(((y * 3 / image.Height * 3) + (x * 3 / image.Width)) * 3) + c] += At(x, y);
                    for (var step = 0; step < 2; step++)
                    {
                        var reach = step == 0 ? 2 : 5;
                        if (x >= reach && y >= reach && x < image.Width - reach && y < image.Height - reach)
                        {
                            var difference = At(x, y) - ((At(x - reach, y) + At(x + reach, y) + At(x, y - reach) + At(x, y + reach)) / 4);
                            contrast[(c * 14) + (step * 7) + 3 + (int)Math.Clamp(MathF.Round(difference / 12), -3, 3)]++;
                        }
                    }
                }
            }
        }

        return [.. grid.Select(v => v / (image.Width * image.Height)), .. contrast.Select(v => MathF.Sqrt(v))];
    }

    private static float[][] Words(string[] texts)
    {
        string[][] words =
            [.. texts.Select(t => t.ToLowerInvariant().Split([' ', '.', ',', ';'], StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray())];
        var index = words.SelectMany(w => w).CountBy(w => w).Where(w => w.Value >= 5).Select((w, i) => (w.Key, i)).ToDictionary(w => w.Key, w => w.i);
        return [.. words.Select(w =>
        {
            var row = new float[index.Count];
            foreach (var word in w.Where(index.ContainsKey))
            {
                row[index[word]] = 1;
            }

            return row;
        })];
    }
}
