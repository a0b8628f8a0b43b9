using System.Globalization;
using System.Text.RegularExpressions;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Datasets.Prompts;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets;

/// <summary>SatelliteBench (Cajas et al. 2024): a Sentinel-2 tile a week of ten Colombian municipalities, 2016 to 2018, with dengue cases.</summary>
internal static partial class SatelliteBench
{
    internal static readonly DatasetRecipe Recipe = new("satellitebench", "SatelliteBench", Read)
    {
        Layout = "metadata.csv and 10_municipalities/images/CODE/image_DATE.tiff, or the folder physionet.org that a recursive download makes",
        Access = "download it from physionet.org/content/multimodal-satellite-data (open access)",
        Licence = "see LICENSE.txt beside the data",
        Citation = "Cajas et al.: A Multi-Modal Satellite Imagery Dataset for Public Health Analysis in Colombia (version 1.0.0). PhysioNet "
            + "(2024), doi:10.13026/xr5s-xe24.",
        Group = "municipality",
        PublishedLeak = "the label itself",
        PhysioNetName = "multimodal-satellite-data",
    };

    // In the order of the published code.
    private static readonly string[] Codes = ["76001", "5001", "50001", "54001", "73001", "68001", "5360", "8001", "41001", "23001"];

    private static SourceRows Read(SourceFolder source)
    {
        var metadata = source.Table("metadata.csv");
        var codes = metadata["Municipality code"];
        var weeks = Weeks(metadata);
        int[] places =
            [.. Codes.Select(code => Array.FindIndex(codes, c => PromptNumbers.Parse(c) == int.Parse(code, CultureInfo.InvariantCulture)))
                .Where(row => row >= 0)];
        if (places.Length == 0)
        {
            throw new InputException(
                $"{metadata.Source}: none of the municipalities {string.Join(", ", Codes)} in column 'Municipality code'; expected the ten of the "
                    + "data set.");
        }

        var cases = places.Select(row => Filled(metadata, row, weeks)).ToArray();
        var binary = cases.SelectMany(DengueLabels.Binary).Select(Cell).ToArray();
        string[] PerRow(Func<int, int, string> cell) => [.. places.SelectMany((row, place) => weeks.Select((_, week) => cell(row, week)))];
        string Date(int week) => weeks[week].Start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var group = PerRow((row, _) => PromptNumbers.Write(PromptNumber.Whole, codes[row])!);
        List<(string Column, string[] Cells)> columns =
        [
            ("Municipality code", group),
            ("date", PerRow((_, week) => Date(week))),
            ("epiweek", PerRow((_, week) => Cell(weeks[week].Number))),
            ("cases", [.. cases.SelectMany(c => c).Select(c => c.ToString(CultureInfo.InvariantCulture))]),
            ("Labels", binary),
            .. metadata.ColumnNames.Where(c => c.Length > 0 && c != "Municipality code" && !YearColumn().IsMatch(c) && !WeekColumn().IsMatch(c))
                .Select(c => (c, PerRow((row, _) => metadata[c][row]))),
        ];
        return new(
            new([.. columns.Select(c => c.Column)], [.. columns.Select(c => c.Cells)], metadata.Source),
            PerRow((row, week) => $"{PromptNumbers.Write(PromptNumber.Whole, codes[row])}_{Date(week)}"),
            group,
            [("label_dengue_binary", binary), ("label_dengue_3class", [.. cases.SelectMany(DengueLabels.ThreeClasses).Select(Cell)])])
        {
            ImageFolders = ["10_municipalities/images"],
            ImageNames = PerRow((row, week) => $"{PromptNumbers.Write(PromptNumber.Whole, codes[row])}/image_{Date(week)}"),
            Dropped = ["Labels"],
            PublishedClasses = binary,
            PublishedValidation = 0.2,
            Convert = SatelliteTile.Write,
            Times = PerRow((_, week) => Date(week)),
            Notes =
            [
                "The published repository's notebook get_datasets.ipynb replaces the words that hold the label before it stores the texts; for "
                    + "those words use `--prompt data/prompts/satellitebench.notebook.txt`.",
                "Labels compare a week's cases with the same municipality's own weeks (its median; the published three classes), test weeks "
                    + "included: they are fitted on all rows.",
                "The published split depends on the order in which a file system lists the images; here it is drawn in the order of weeks, so its "
                    + "rows are not the published ones.",
                "Tiles have 12 bands, which no encoder reads; `images/` has what the published code makes of them: the middle 224 × 224 pixels, "
                    + "bands 2, 3 and 4 as red, green and blue.",
            ],
        };
    }

    private static string Cell(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The weeks of 2016 to 2018 by column.</summary>
    private static (string Column, int Number, DateTime Start)[] Weeks(TextTable metadata)
    {
        var weeks = metadata.ColumnNames.Select(c => (Column: c, Match: WeekColumn().Match(c))).Where(c => c.Match.Success)
            .Select(c =>
                (c.Column, Year: int.Parse(c.Match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                    Week: int.Parse(c.Match.Groups[2].ValueSpan, CultureInfo.InvariantCulture)))
            .Where(c => c.Year is >= 2016 and <= 2018).OrderBy(c => (c.Year * 100) + c.Week)
            .Select(c => (c.Column, (c.Year * 100) + c.Week, DengueLabels.WeekStart(c.Year, c.Week))).ToArray();
        return weeks.Length > 0 ? weeks
            : throw new InputException($"{metadata.Source}: no columns of weekly cases; expected names such as 2016/w01.");
    }

    /// <summary>The cases of a municipality; a missing week counts as its most frequent number, as published.</summary>
    private static double[] Filled(TextTable metadata, int row, (string Column, int Number, DateTime Start)[] weeks)
    {
        double?[] cells = [.. weeks.Select(w => MissingCell.Is(metadata[w.Column][row]) ? (double?)null : metadata.Number(w.Column, row))];
        var most = cells.OfType<double>().GroupBy(c => c).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).FirstOrDefault()?.Key
            ?? throw new InputException($"{metadata.Source} row {metadata.FileRow(row)}: no cases in any week; expected a number a week.");
        return [.. cells.Select(c => c ?? most)];
    }

    [GeneratedRegex(@"^(\d{4})/w(\d{1,2})$")]
    private static partial Regex WeekColumn();

    [GeneratedRegex(@"^(Population|Cases)\d{4}$")]
    private static partial Regex YearColumn();
}
