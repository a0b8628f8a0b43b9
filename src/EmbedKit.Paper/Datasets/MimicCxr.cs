using System.Globalization;
using System.Text.RegularExpressions;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets;

/// <summary>MIMIC-CXR-JPG (Johnson et al. 2019): chest radiographs with fourteen findings read out of their reports by CheXpert;
/// multilabel.</summary>
internal static partial class MimicCxr
{
    internal static readonly DatasetRecipe Recipe = new("mimic-cxr-jpg", "MIMIC-CXR-JPG", Read)
    {
        Layout = "mimic-cxr-2.0.0-chexpert.csv.gz, -metadata.csv.gz and -split.csv.gz (packed or not) and files/pNN/pSUBJECT/sSTUDY/IMAGE.jpg; "
            + "reports, if wanted, as files/pNN/pSUBJECT/sSTUDY.txt",
        Access = "apply at physionet.org/content/mimic-cxr-jpg, and for the reports at physionet.org/content/mimic-cxr (account, training "
            + "certificate, signed agreement)",
        Licence = "PhysioNet Credentialed Health Data License 1.5.0",
        Citation = "Johnson et al.: MIMIC-CXR-JPG, a large publicly available database of labeled chest radiographs. arXiv:1901.07042 (2019).",
        Group = "patient",
        PublishedLeak = "the whole report, out of which the labels were read",
        PhysioNetName = "mimic-cxr-jpg",
    };

    private static readonly string[] Keys = ["subject_id", "study_id"];

    private static string Report(string file) =>
        RegularFile.Length(file, "a report") == 0 ? "" : RegularFile.ReadText(file, "a report").Trim();

    private static SourceRows Read(SourceFolder source)
    {
        TextTable Table(string part) => source.Table($"mimic-cxr-2.0.0-{part}.csv.gz", $"mimic-cxr-2.0.0-{part}.csv");
        TextTable findings = Table("chexpert"), metadata = Table("metadata"), split = Table("split");
        var studies = RowsByKey(findings, "study_id");
        var splits = RowsByKey(split, "dicom_id");
        var (images, study) = (metadata["dicom_id"], metadata["study_id"]);
        int[] kept = [.. Enumerable.Range(0, images.Length).Where(i => studies.ContainsKey(study[i]) && splits.ContainsKey(images[i]))];
        var table = metadata.Select(kept);
        (images, study) = (table["dicom_id"], table["study_id"]);
        var patients = table["subject_id"];
        string Folder(int i) => $"files/p{patients[i][..Math.Min(2, patients[i].Length)]}/p{patients[i]}/s{study[i]}";
        var paths = images.Select((id, i) => $"{Folder(i)}/{id}.jpg").ToArray();
        var reports = images.Select((_, i) => source.Find($"{Folder(i)}.txt", $"mimic-cxr-reports/{Folder(i)}.txt") is { } file ? Report(file) : "")
            .ToArray();
        var uncertain = 0;
        string Label(string cell, int row, string column)
        {
            uncertain += cell is "-1.0" or "-1" ? 1 : 0;
            return cell switch
            {
                "1.0" or "1" => "1",
                "0.0" or "0" or "-1.0" or "-1" or "" => "0",
                _ =>
                    throw new InputException(
                        $"{findings.Source} row {findings.FileRow(row)}: {column} is '{cell}'; expected 1.0, 0.0, -1.0 or nothing."),
            };
        }

        var columns = findings.ColumnNames.Where(c => !Keys.Contains(c)).ToArray();
        (string, string[])[] labels =
            [.. columns.Select(c =>
                ($"label_{c.ToLowerInvariant().Replace(' ', '_')}", study.Select(s => Label(findings[c][studies[s]], studies[s], c)).ToArray()))];
        return new(
            table.With("report", reports).With("findings", [.. reports.Select(r => Findings().Match(r).Groups[1].Value.Trim())]), images, patients,
            labels)
        {
            ImageFolders = ["files"],
            ImagePaths = paths,
            Dropped = ["dicom_id", "report", "findings"],
            GivenSplit = [.. images.Select(id => split["split"][splits[id]] is "validate" ? Split.Validation
                : SplitText.Parse(split["split"][splits[id]], $"{split.Source} row {split.FileRow(splits[id])}"))],
            Exclusions = [(metadata.RowCount - kept.Length, "no findings or no split for the image")],
            Notes =
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Findings: {NumberText.Count(uncertain, "cell is", "cells are")} uncertain (-1.0), which counts as absent, as do empty ones "
                        + $"(not mentioned)."),
                reports.All(r => r.Length == 0) ? "No reports were there: `text_published` is empty."
                    : string.Create(CultureInfo.InvariantCulture, $"Reports: "
                        + $"{NumberText.Count(reports.Count(r => r.Length > 0), "row has", "rows have")} one."),
            ],
        };
    }

    private static Dictionary<string, int> RowsByKey(TextTable table, string column)
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < table.RowCount; i++)
        {
            if (!rows.TryAdd(table[column][i], i))
            {
                throw new InputException(
                    $"{table.Source} row {table.FileRow(i)}: {column} '{table[column][i]}' stands in row {table.FileRow(rows[table[column][i]])} "
                        + "already; expected it once.");
            }
        }

        return rows;
    }

    [GeneratedRegex(@"FINDINGS:(.*?)(?=IMPRESSION:|$)", RegexOptions.Singleline)]
    private static partial Regex Findings();
}
