using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Extraction;

/// <summary>A row left out because its image could not be read.</summary>
/// <param name="FileRow">Its row in the labels file, the header being row 1.</param>
/// <param name="ImageId">Its id.</param>
/// <param name="Reason">Why.</param>
public sealed record SkippedImage(int FileRow, string ImageId, string Reason)
{
    private const string OutputColumn = "embeddings";
    private static readonly string[] Columns = [OutputColumn, "row", "image_id", "reason"];

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
        var (output, path) = (Path.GetFileName(embeddingsPath), PathFor(embeddingsPath, shard));
        if (skipped.Count == 0 && !File.Exists(path))
        {
            return null;
        }

        // Jobs of one folder share the list: each for a moment, so that none loses what another wrote.
        using var held = OutputMark.Take(path, OutputPath.Target(path), $"the skipped images of {output}", patience: TimeSpan.FromSeconds(30));
        var old = Read(path);
        string[][] rows =
        [
            .. Enumerable.Range(0, old?.RowCount ?? 0).Where(r => old![OutputColumn][r] != output)
                .Select(r => old!.Columns.Select(c => c[r]).ToArray()),
            .. skipped.Select(s => new[] { output, s.FileRow.ToString(CultureInfo.InvariantCulture), s.ImageId, s.Reason }),
        ];
        if (rows.Length > 0)
        {
            TextTable.OfRows(Columns, rows).Write(path);
        }
        else
        {
            File.Delete(path);
        }

        return skipped.Count > 0 ? path : null;
    }

    /// <summary>Refuses a place beside which the list cannot be: its name is taken, by the embeddings or by a file of somebody's.</summary>
    internal static void CheckPlace(string embeddingsPath, RowShard? shard)
    {
        var path = PathFor(embeddingsPath, shard);
        _ = Path.GetFullPath(path) != Path.GetFullPath(embeddingsPath) ? Read(OutputPath.CheckFile(path))
            : throw new InputException($"{embeddingsPath}: the name of the list of skipped images; expected another. Name another --out.");
    }

    private static string PathFor(string embeddingsPath, RowShard? shard)
    {
        var name = shard is null ? "skipped.csv" : string.Create(CultureInfo.InvariantCulture, $"skipped-{shard.Number}-of-{shard.Count}.csv");
        return Path.Combine(Path.GetDirectoryName(embeddingsPath) ?? "", name);
    }

    private static TextTable? Read(string path) => !File.Exists(path) ? null
        : TextTable.Read(path) is var table && table.ColumnNames.SequenceEqual(Columns) ? table
        : throw new InputException(
            $"{path}: is no list of skipped images, whose name it has; expected columns {string.Join(", ", Columns)}. Rename it, or name another "
                + "--out.");
}
