using EmbedKit.Data;

namespace EmbedKit.Datasets;

/// <summary>BRSET (Nakayama et al. 2024): fundus photographs of both eyes of a patient, graded for diabetic retinopathy.</summary>
internal static class Brset
{
    internal static readonly DatasetRecipe Recipe = new("brset", "BRSET", Read)
    {
        Layout = "labels_brset.csv (version 1.0.0: labels.csv) and fundus_photos/ (or images/)",
        Access = "apply at physionet.org/content/brazilian-ophthalmological (account, training certificate, signed agreement)",
        Licence = "PhysioNet Credentialed Health Data License 1.5.0",
        Citation = "Nakayama et al.: BRSET: A Brazilian Multilabel Ophthalmological Dataset of Retina Fundus Photos. PLOS Digital Health (2024).",
        Group = "patient",
        PublishedLeak = "findings by the reader who graded the label; and it reads the anatomical codes 1 (normal) and 2 (abnormal) as present and "
            + "absent",
        PhysioNetName = "brazilian-ophthalmological",
    };

    private static SourceRows Read(SourceFolder source)
    {
        var table = source.Table("labels_brset.csv", "labels.csv");
        return new(table, table["image_id"], table["patient_id"], Retinopathy.Labels(table, "DR_ICDR"))
        {
            ImageFolders = ["fundus_photos", "images"],
            PublishedClasses = Retinopathy.Cells(table, "DR_ICDR"),
        };
    }
}
