using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Extraction;

/// <summary>Finds the file of each row below the image folder: <c>image_id</c> as it is, or with .jpg, .jpeg or .png behind it.</summary>
internal static class ImageFiles
{
    private static readonly string[] Endings = ["", ".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG"];

    /// <summary>The path of each row's image, or null where there is no file.</summary>
    /// <exception cref="InputException">No such folder, or an id that leads out of it.</exception>
    internal static string?[] Find(LabelledDataset dataset, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"{folder}: no such folder; expected the images of {dataset.Table.Source}.");
        }

        return [.. dataset.Ids.Select((id, row) => Find(ContainedPath.Join(folder, id)
            ?? throw new InputException(
                $"{dataset.Table.Source} row {dataset.Table.FileRow(row)}: image_id '{id}' leads out of the image folder; expected a file name, or a path below {folder}.")))];
    }

    private static string? Find(string path) => Endings.Select(e => path + e).FirstOrDefault(File.Exists);
}
