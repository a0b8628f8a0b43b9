using EmbedKit.Data;
using EmbedKit.Data.Cells;

namespace EmbedKit.Datasets;

/// <summary>mBRSET: fundus photographs by a portable camera, four a patient, with the patient's history.</summary>
internal static class Mbrset
{
    internal static readonly DatasetRecipe Recipe = new("mbrset", "mBRSET", Read)
    {
        Layout = "labels_mbrset.csv and images/",
        Access = "apply at physionet.org/content/mbrset (account, training certificate, signed agreement)",
        Licence = "PhysioNet Credentialed Health Data License 1.5.0",
        Citation = "Nakayama et al.: mBRSET, a Mobile Brazilian Retinal Dataset. PhysioNet (2024).",
        Group = "patient",
        PhysioNetName = "mbrset",
    };

    private static SourceRows Read(SourceFolder source)
    {
        var all = source.Table("labels_mbrset.csv", "labels.csv");
        var grades = all["final_icdr"];
        int[] graded = [.. Enumerable.Range(0, all.RowCount).Where(i => !MissingCell.Is(grades[i]))];
        var table = all.Select(graded);
        return new(table, table["file"], table["patient"], Retinopathy.Labels(table, "final_icdr"))
        {
            ImageFolders = ["images", "images_224"],
            Dropped = ["file"],
            PublishedClasses = Retinopathy.Cells(table, "final_icdr"),
            Exclusions = [(all.RowCount - graded.Length, "no grade (`final_icdr` is empty), as in the published preprocessing")],
        };
    }
}
