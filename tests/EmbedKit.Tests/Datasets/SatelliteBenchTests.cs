using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Datasets;
using EmbedKit.Runtime;
using EmbedKit.Tests.Data;
using NetVips;

namespace EmbedKit.Tests.Datasets;

public class SatelliteBenchTests
{
    private static readonly PythonPeer Pandas = new("pandas", "apt-get install python3-pandas");

    [Fact]
    public void Ten_municipalities_and_156_weeks_get_the_published_labels_and_words()
    {
        using var mini = Small(images: true);
        var result = mini.Prepare("satellitebench");
        var table = result.Table;

        Assert.Equal(1560, table.RowCount);
        Assert.Equal((0, 0), (result.RowsWithoutImage, result.ImagesWithoutRow));
        Assert.Equal("76001_2016-01-03", table["image_id"][0]);
        Assert.Equal("images/76001_2016-01-03.png", table["image_path"][0]);
        Assert.Equal(1560, Directory.GetFiles(Path.Combine(mini.Out, "images"), "*.png").Length);
        Assert.Equal("2018-12-23", table["date"][155]);
        Assert.Equal("201852", table["epiweek"][155]);
        var expected = Pandas.Run(GoldenFile.Path("preparation/satellite_labels.py"), [mini["metadata.csv"]], null);
        Assert.Equal(expected.GetProperty("binary").EnumerateArray().Select(l => l.ToString()), table["label_dengue_binary"]);
        Assert.Equal(expected.GetProperty("three").EnumerateArray().Select(l => l.ToString()), table["label_dengue_3class"]);
        Assert.Equal(
            $"In a city called Cali with {table["label_dengue_binary"][0]} Dengue classification, 5.5% of the population is aged 0-4, 12.0% aged "
                + "5-14, 2.51% are Afro-Colombian, and 0.09% are of Indian descent.", table["text_published"][0]);
        Assert.DoesNotContain(table["text"], t => t.Contains("Dengue", StringComparison.Ordinal));
    }

    [Fact]
    public void Splits_are_by_municipality_by_time_and_as_published()
    {
        using var mini = Small(images: false);
        var table = mini.Prepare("satellitebench").Table;
        Assert.All(table["group_id"].Zip(table["split"]).GroupBy(r => r.First), g => Assert.Single(g.Select(r => r.Second).Distinct()));
        Assert.All(table["date"].Zip(table["split_time"]).GroupBy(r => r.First), g => Assert.Single(g.Select(r => r.Second).Distinct()));
        Assert.Equal([936, 312, 312], new[] { "train", "val", "test" }.Select(s => table["split_published"].Count(x => x == s)));
        Assert.False(table.Contains("image_path"));
        Assert.Contains("No images were there", mini.Card, StringComparison.Ordinal);
        Assert.Contains("test weeks included", mini.Card, StringComparison.Ordinal);
    }

    [Fact]
    public void Weeks_begin_as_in_the_CDCs_calendar()
    {
        Assert.Equal(new DateTime(2016, 1, 3), DengueLabels.WeekStart(2016, 1));
        Assert.Equal(new DateTime(2017, 1, 1), DengueLabels.WeekStart(2017, 1));
        Assert.Equal(new DateTime(2017, 12, 31), DengueLabels.WeekStart(2018, 1));
        Assert.Equal(new DateTime(2008, 12, 28), DengueLabels.WeekStart(2008, 53));
    }

    [Fact]
    public void A_table_without_weeks_is_named()
    {
        using var mini = new Miniature();
        File.WriteAllText(mini["metadata.csv"], "Municipality code,Municipality,Age0-4(%)\n5001,Medellín,5\n");
        Assert.Contains(
            "no columns of weekly cases; expected names such as 2016/w01",
            Assert.Throws<InputException>(() => mini.Prepare("satellitebench")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tile_becomes_its_middle_in_bands_two_to_four()
    {
        using var folder = new TemporaryFolder();
        using var tile = Tile(300, 260);
        tile.Tiffsave(folder["t.tiff"]);
        SatelliteTile.Write(folder["t.tiff"], folder["t.png"]);
        using var picture = Image.NewFromFile(folder["t.png"]);

        // Band b of the tile is x + 3y + 20b modulo 256; the middle begins at 260 / 2 − 112 = 18 both ways.
        Assert.Equal((224, 224, 3), (picture.Width, picture.Height, picture.Bands));
        Assert.Equal([18 + 54 + 20, 18 + 54 + 40, 18 + 54 + 60], picture.Getpoint(0, 0));
        Assert.Equal(
            [(18 + 200 + (3 * 28) + 20) % 256, (18 + 200 + (3 * 28) + 40) % 256, (18 + 200 + (3 * 28) + 60) % 256], picture.Getpoint(200, 10));

        File.WriteAllBytes(folder["cut.tiff"], File.ReadAllBytes(folder["t.tiff"])[..5000]);
        Assert.Contains(
            "cut.tiff: not a readable TIFF", Assert.Throws<InputException>(() => SatelliteTile.Write(folder["cut.tiff"], folder["cut.png"])).Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(folder["cut.png"]));
    }

    /// <summary>Twelve bands, as Sentinel-2's.</summary>
    private static Image Tile(int width, int height)
    {
        var pixels = new byte[width * height * 12];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (pixel, band) = (i / 12, i % 12);
            pixels[i] = (byte)((pixel % width) + (3 * (pixel / width)) + (20 * band));
        }

        return Image.NewFromMemory(pixels, width, height, 12, Enums.BandFormat.Uchar);
    }

    /// <summary>The columns of the real metadata.csv: population and cases by year, shares, elevation, cases by week (some missing).</summary>
    private static Miniature Small(bool images)
    {
        var mini = new Miniature();
        var random = new SeededRandom(5);
        var rows = new SyntheticRows.Builder("metadata.csv");
        (string Code, string Name)[] places =
            [("76001", "Cali"), ("5001", "Medellín"), ("50001", "Villavicencio"), ("54001", "Cúcuta"), ("73001", "Ibagué"), ("68001", "Bucaramanga"),
                ("5360", "Itagüí"), ("8001", "Barranquilla"), ("41001", "Neiva"), ("23001", "Montería"), ("5002", "Abejorral")];
        foreach (var (code, name) in places.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            List<(string, string)> cells = [("Municipality code", code), ("Municipality", name)];
            cells.AddRange(Enumerable.Range(2007, 13).Select(y => ($"Population{y}", "500000")));
            cells.AddRange(Enumerable.Range(2007, 13).Select(y => ($"Cases{y}", "500")));
            cells.AddRange(
                [("Age0-4(%)", "5.50"), ("Age5-14(%)", "12"), ("AfrocolombianPopulation(%)", "2.51"), ("IndianPopulation(%)", "0.09"),
                    ("Elevation", "1650.0")]);
            cells.AddRange(Enumerable.Range(2007, 13).SelectMany(y => Enumerable.Range(1, 52).Select(w => (
                $"{y}/w{w:00}", random.Next(40) == 0 ? "" : random.Next(1, 30).ToString(CultureInfo.InvariantCulture)))));
            rows.Add([.. cells]);
        }

        mini.Write("metadata.csv", rows.Table);
        if (images)
        {
            string[] files = [.. places[..10].SelectMany(p => Enumerable.Range(0, 156).Select(w =>
                $"10_municipalities/images/{p.Code}/image_"
                    + $"{new DateTime(2016, 1, 3).AddDays(7 * w).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.tiff"))];
            mini.Images(files);
            using var tile = Tile(4, 4);
            tile.Tiffsave(mini[files[0]]);
            var bytes = File.ReadAllBytes(mini[files[0]]);
            foreach (var file in files)
            {
                File.WriteAllBytes(mini[file], bytes);
            }
        }

        return mini;
    }
}
