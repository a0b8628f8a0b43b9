using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Protocols.Audit;

/// <summary>What the audit knows of the images beside the table: their fingerprints, their embeddings, or both.</summary>
public sealed record ImageEvidence
{
    /// <summary>One a row of the table, null for rows without a readable image; null without images.</summary>
    public IReadOnlyList<ImageFingerprint?>? Fingerprints { get; init; }

    /// <summary>The file of each row; null without images, or for a row without one.</summary>
    public IReadOnlyList<string?>? Files { get; init; }

    /// <summary>N×D image embeddings, zeros for rows that have none; or null.</summary>
    public EmbeddingMatrix? Embeddings { get; init; }

    /// <summary>Threads to use.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Rows without image, images without row, files that cannot be read.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Reads images and embeddings for the rows of a table. Ids match whatever their case, image ending and leading zeros.</summary>
    /// <param name="table">The table.</param>
    /// <param name="idColumn">Its id column; null takes <c>image_id</c> or a column named like one.</param>
    /// <param name="imageFolder">The folder of the images, or null.</param>
    /// <param name="embeddingFile">A file of embeddings, or null.</param>
    /// <param name="threads">Images read at a time.</param>
    /// <param name="progress">Told about each image.</param>
    /// <param name="cancellation">Stops between images.</param>
    /// <exception cref="InputException">No such folder or file; no row has an image, or an embedding.</exception>
    public static ImageEvidence Read(
        TextTable table, string? idColumn, string? imageFolder, string? embeddingFile, int threads, IProgress<JobProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var (ids, notes) = (table[IdColumn.Of(table, idColumn)], new List<string>());
        var files = imageFolder is null ? null : FindFiles(table, ids, imageFolder, notes);
        return new()
        {
            Files = files,
            Fingerprints = files is null ? null : ReadImages(files, ids, threads, notes, progress, cancellation),
            Embeddings = embeddingFile is null ? null : Match(ids, EmbeddingFile.Read(embeddingFile), embeddingFile, notes),
            Threads = threads,
            Notes = notes,
        };
    }

    private static string?[] FindFiles(TextTable table, string[] ids, string folder, List<string> notes)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"{folder}: {BrokenLink.Describe(folder) ?? "no such folder"}; expected the images of {table.Source}.");
        }

        var index = new ImageIndex(folder, ["."]);
        var paths = table.Contains(LabelledDataset.PathColumn) ? table[LabelledDataset.PathColumn] : null;
        string? Find(string name, int row) => index.Find(name, $"{table.Source} row {table.FileRow(row)}");
        string?[] files =
            [.. ids.Select((id, r) => (paths is null ? null : Find(paths[r], r)) ?? Find(id, r))
                .Select(file => file is null ? null : Path.Combine(folder, file))];
        var missing = ids.Where((_, r) => files[r] is null).ToArray();
        if (missing.Length == ids.Length)
        {
            throw new InputException($"{folder}: no image of {table.Source}, such as '{ids[0]}', is there; expected files named by id.");
        }

        if (missing.Length > 0)
        {
            notes.Add($"{NumberText.Count(missing.Length, "row has", "rows have")} no image in {folder}: {Some(missing)}.");
        }

        if (index.Unused.ToArray() is { Length: > 0 } unused)
        {
            notes.Add($"{NumberText.Count(unused.Length, "image")} in {folder} without a row: {Some(unused)}.");
        }

        return files;
    }

    private static ImageFingerprint?[] ReadImages(
        string?[] files, string[] ids, int threads, List<string> notes, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        var (prints, unreadable, decoder, done) = (new ImageFingerprint?[files.Length], new string?[files.Length], new ImageDecoder(), 0);
        Parallel.For(0, files.Length, new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, r =>
        {
            try
            {
                prints[r] = files[r] is { } file ? ImageFingerprint.Of(file, decoder) : null;
            }
            catch (InputException)
            {
                unreadable[r] = ids[r];
            }

            progress?.Report(new("images", Interlocked.Increment(ref done), files.Length));
        });
        if (unreadable.OfType<string>().ToArray() is { Length: > 0 } bad)
        {
            notes.Add($"{NumberText.Count(bad.Length, "image")} left out, cannot be read: {Some(bad)}.");
        }

        return prints;
    }

    private static EmbeddingMatrix Match(string[] ids, EmbeddingSet set, string file, List<string> notes)
    {
        var (image, index) = (set.RequireImage(), new IdIndex(set.Ids));
        var missing = new List<string>();
        var matched = EmbeddingMatrix.Make(ids.Length, image.Dimension, (r, target) =>
        {
            if (index.Find(ids[r]) is [var at, ..])
            {
                image.CopyRow(at, target);
            }
            else
            {
                missing.Add(ids[r]);
            }
        });

        if (missing.Count == ids.Length)
        {
            throw new InputException($"{file}: no embedding for any row, such as '{ids[0]}'; expected the ids of the table, such as '{set.Ids[0]}'.");
        }

        if (missing.Count > 0)
        {
            notes.Add($"{NumberText.Count(missing.Count, "row has", "rows have")} no embedding in {file}: {Some(missing)}.");
        }

        return matched;
    }

    private static string Some(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(5)) + (names.Count > 5 ? ", …" : "");
}
