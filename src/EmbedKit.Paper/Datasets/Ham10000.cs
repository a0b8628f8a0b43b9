using EmbedKit.Data;

namespace EmbedKit.Datasets;

/// <summary>HAM10000 (Tschandl et al. 2018): seven classes of skin lesions; lesions of several images.</summary>
internal static class Ham10000
{
    internal static readonly DatasetRecipe Recipe = new("ham10000", "HAM10000", Read)
    {
        Layout = "HAM10000_metadata.csv, HAM10000_images_part_1/ and HAM10000_images_part_2/ (or images/)",
        Access = "download it from Harvard Dataverse, doi:10.7910/DVN/DBW86T",
        Licence = "CC BY-NC 4.0",
        Citation = "Tschandl, Rosendahl and Kittler: The HAM10000 dataset, a large collection of multi-source dermatoscopic images of common "
            + "pigmented skin lesions. Scientific Data 5, 180161 (2018).",
        Group = "lesion",
        PublishedLeak = "`dx_type`, how the diagnosis was made",
    };

    private static SourceRows Read(SourceFolder source)
    {
        var table = source.Table("HAM10000_metadata.csv", "HAM10000_metadata", "HAM10000_metadata.tab");
        var kind = table["dx"];
        return new(table, table["image_id"], table["lesion_id"], [("label_dx", kind)])
        {
            ImageFolders = ["HAM10000_images_part_1", "HAM10000_images_part_2", "images"],
            Dropped = ["dx"],
            PublishedClasses = kind,
        };
    }
}
