using System.Globalization;
using EmbedKit.Data;

namespace EmbedKit.Embedding.Extraction;

/// <summary>A row left out because its image could not be read.</summary>
/// <param name="FileRow">Its row in the labels file, the header being row 1.</param>
/// <param name="ImageId">Its id.</param>
/// <param name="Reason">Why.</param>
public sealed record SkippedImage(int FileRow, string ImageId, string Reason)
{
    private const string OutputColumn = "embeddings";

    /// <summary>
    /// Writes <c>skipped.csv</c> beside an embeddings file, or <c>skipped-I-of-N.csv</c> for a shard, since shards run side by side: columns
    /// embeddings, row, image_id, reason. What it says of other embeddings files of the folder stays; without anything to say there is no file.
    /// </summary>
    /// <param name="embeddingsPath">The embeddings file.</param>
    /// <param name="skipped">The rows left out of it; possibly none.</param>
    /// <param name="shard">The part that the file holds, or null.</param>
    /// <returns>The list's path, or null when nothing was skipped.</returns>
    public static string? Write(string embeddingsPath, IReadOnlyList<SkippedImage> skipped, RowShard? shard = null)
    {
        ArgumentNullException.ThrowIfNull(skipped);
        var output = Path.GetFileName(embeddingsPath);
        var name = shard is null ? "skipped.csv" : string.Create(CultureInfo.InvariantCulture, $"skipped-{shard.Number}-of-{shard.Count}.csv");
        var path = Path.Combine(Path.GetDirectoryName(embeddingsPath) ?? "", name);
        string[][] others = [];
        if (File.Exists(path) && TextTable.Read(path) is var old && old.Contains(OutputColumn))
        {
            others = [.. Enumerable.Range(0, old.RowCount).Where(r => old[OutputColumn][r] != output).Select(r => old.Columns.Select(c => c[r]).ToArray())];
        }

        string[][] rows = [.. others, .. skipped.Select(s => new[] { output, s.FileRow.ToString(CultureInfo.InvariantCulture), s.ImageId, s.Reason })];
        if (rows.Length > 0)
        {
            string[] columns = [OutputColumn, "row", "image_id", "reason"];
            TextTable.OfRows(columns, rows).Write(path);
        }
        else
        {
            File.Delete(path);
        }

        return skipped.Count > 0 ? path : null;
    }
}
