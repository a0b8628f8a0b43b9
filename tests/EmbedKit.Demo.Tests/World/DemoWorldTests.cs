using EmbedKit.Data;
using EmbedKit.Demo.World;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.Tests.World;

public class DemoWorldTests
{
    public static TheoryData<DemoDataset> Datasets => [.. Enum.GetValues<DemoDataset>()];

    [Theory]
    [MemberData(nameof(Datasets))]
    public void One_seed_gives_the_same_samples_and_another_gives_others(DemoDataset dataset)
    {
        var first = Draw(dataset, 60, seed: 1);
        var again = Draw(dataset, 60, seed: 1);
        var other = Draw(dataset, 60, seed: 2);
        Assert.Equal(first.Select(s => s.Text), again.Select(s => s.Text));
        Assert.Equal(first.Select(s => s.PublishedText), again.Select(s => s.PublishedText));
        Assert.All(first.Zip(again).Take(10), pair => Assert.Equal(pair.First.Image.Pixels, pair.Second.Image.Pixels));
        Assert.NotEqual(first.Select(s => s.Text), other.Select(s => s.Text));
        Assert.All(first.Zip(other).Take(10), pair => Assert.NotEqual(pair.First.Image.Pixels, pair.Second.Image.Pixels));
    }

    [Fact]
    public void The_draw_that_encoders_learn_from_shares_no_image_with_the_demo()
    {
        var demo = Draw(DemoDataset.Dermatoscopy, 60, seed: 1);
        var encoders = DemoWorld.Draw(DemoDataset.Dermatoscopy, new() { Size = 60, Draw = "encoders" }, new(1)).ToList();
        Assert.Empty(demo.Select(s => Convert.ToHexString(s.Image.Pixels)).Intersect(encoders.Select(s => Convert.ToHexString(s.Image.Pixels))));
    }

    [Theory]
    [MemberData(nameof(Datasets))]
    public void Ids_are_distinct_texts_are_short_and_columns_the_same_in_every_row(DemoDataset dataset)
    {
        var samples = Draw(dataset, 700, seed: 3);
        Assert.Equal(700, samples.Select(s => s.Id).Distinct().Count());
        Assert.All(samples, s => Assert.InRange(s.Text.Split(' ').Length, 4, 45));
        Assert.Single(samples.Select(s => string.Join(',', s.Labels.Concat(s.Metadata).Select(c => c.Column))).Distinct());
        Assert.All(samples, s => Assert.EndsWith(".jpg", s.Id));
    }

    [Fact]
    public void Dermatoscopy_has_the_imbalance_of_HAM10000_and_lesions_seen_more_than_once()
    {
        var samples = Draw(DemoDataset.Dermatoscopy, 1400, seed: 0);
        var counts = samples.CountBy(s => s.Labels[0].Cell).ToDictionary();
        Assert.Equal(["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"], counts.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(counts["nv"] / 1400.0, 0.6, 0.67);
        Assert.Equal(1113.0 / 10015, counts["mel"] / 1400.0, 0.01);
        Assert.True(counts.Values.Min() >= 20);
        var sizes = samples.GroupBy(s => s.Group).Select(g => g.Count()).ToArray();
        Assert.InRange(sizes.Max(), 2, 3);
        Assert.InRange(sizes.Count(n => n > 1), 150, 400);
        Assert.All(samples.GroupBy(s => s.Group), lesion => Assert.Single(lesion.Select(s => s.Labels[0].Cell + s.PublishedText).Distinct()));
    }

    [Fact]
    public void Fundus_shows_two_eyes_of_each_patient_and_its_labels_follow_the_grade()
    {
        var samples = Draw(DemoDataset.Fundus, 900, seed: 0);
        Assert.All(
            samples.GroupBy(s => s.Group),
            patient => Assert.Equal(["1", "2"], patient.Select(s => Metadata(s, "exam_eye")).Order(StringComparer.Ordinal)));
        Assert.All(samples, s =>
        {
            var grade = int.Parse(Metadata(s, "DR_ICDR"), System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(grade > 0 ? "1" : "0", s.Labels[0].Cell);
            Assert.Equal(grade switch { 0 => "0", 4 => "2", _ => "1" }, s.Labels[1].Cell);
        });
        var counts = samples.CountBy(s => s.Labels[1].Cell).ToDictionary();
        Assert.InRange(counts["0"] / 900.0, 0.78, 0.9);
        Assert.True(counts["2"] >= 30);
    }

    [Fact]
    public void Satellite_has_ten_municipalities_with_quiet_and_outbreak_weeks_in_each()
    {
        var samples = Draw(DemoDataset.Satellite, 700, seed: 0);
        var places = samples.GroupBy(s => s.Group).ToArray();
        Assert.Equal(10, places.Length);
        Assert.All(places, p => Assert.Equal(70, p.Count()));
        Assert.All(places, p => Assert.Equal(2, p.Select(s => s.Labels[0].Cell).Distinct().Count()));
    }

    [Fact]
    public void Published_texts_leak_as_published()
    {
        Assert.All(Draw(DemoDataset.Dermatoscopy, 200, 0), s => Assert.Contains($"diagnosed via {Metadata(s, "dx_type")}.", s.PublishedText));
        Assert.All(Draw(DemoDataset.Satellite, 200, 0), s => Assert.Contains($"with {s.Labels[0].Cell} Dengue classification", s.PublishedText));
        Assert.All(
            Draw(DemoDataset.Fundus, 200, 0),
            s => Assert.Contains($"hemorrhage: {(Metadata(s, "hemorrhage") == "1" ? "present" : "absent")}", s.PublishedText));
    }

    [Theory]
    [InlineData(DemoDataset.Dermatoscopy,
        "akiec bcc bkl df mel nv vasc melanoma nevus naevus mole keratosis carcinoma dermatofibroma vascular angioma benign malignant cancer "
            + "diagnosed diagnosis histo histopathology follow_up consensus confocal")]
    [InlineData(DemoDataset.Fundus,
        "retinopathy grade graded edema oedema hemorrhage haemorrhage exudate exudates microaneurysm drusen macula lesion lesions proliferative "
            + "abnormal")]
    [InlineData(DemoDataset.Satellite, "dengue outbreak outbreaks case cases classification epidemic label infected sick altavera brisamar campoluz")]
    [InlineData(DemoDataset.General, "coast desert forest meadow mountain mountains town")]
    public void The_text_holds_no_label_and_nothing_from_whoever_set_it(DemoDataset dataset, string words)
    {
        var forbidden = words.Split(' ').ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.All(
            Draw(dataset, 700, 1),
            s => Assert.DoesNotContain(s.Text.Split([' ', '.', ',', ';', ':'], StringSplitOptions.RemoveEmptyEntries), forbidden.Contains));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Contains("demo size is 10", Assert.Throws<InputException>(() => Draw(DemoDataset.General, 10, 0)).Message);
        Assert.Contains("variation is 4", Assert.Throws<InputException>(() => new DemoOptions { Variation = 4 }.Validate()).Message);
        Assert.Contains("expected dermatoscopy, fundus", Assert.Throws<InputException>(() => DemoDatasetText.Parse("derma")).Message);
    }

    private static List<DemoSample> Draw(DemoDataset dataset, int size, long seed) => [.. DemoWorld.Draw(dataset, new() { Size = size }, new(seed))];

    private static string Metadata(DemoSample sample, string column) => sample.Metadata.Single(m => m.Column == column).Cell;
}
