using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>Finds id columns, and reads ids so that they match across files.</summary>
internal static class IdColumn
{
    internal static readonly string[] Usual = [LabelledDataset.IdColumn, "id", "image", "image_name", "ImageName", "filename", "file_name", "file", "image_path", "path"];

    private static readonly string[] Endings = [".JPG", ".JPEG", ".PNG", ".TIF", ".TIFF", ".WEBP", ".GIF", ".BMP"];

    internal static string Of(TextTable table, string? asked) => asked ?? Usual.FirstOrDefault(table.Contains)
        ?? throw new InputException($"{table.Source}: no id column; expected {LabelledDataset.IdColumn}, or name it by --id. There are: {string.Join(", ", table.ColumnNames.Take(20))}.");

    /// <summary>An id without spaces around it, in upper case, without the ending of an image file.</summary>
    internal static string Normalise(string id)
    {
        var upper = id.Trim().ToUpperInvariant();
        return Endings.FirstOrDefault(e => upper.EndsWith(e, StringComparison.Ordinal)) is { } ending ? upper[..^ending.Length] : upper;
    }
}
