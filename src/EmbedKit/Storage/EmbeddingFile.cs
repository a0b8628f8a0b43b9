using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>Reads and writes embedding sets; the file's ending (<c>.parquet</c> or <c>.csv</c>) chooses the format.</summary>
/// <remarks>
/// <para>Parquet, as written: a text column for each column of the table, <c>image_embedding</c> and <c>text_embedding</c> as lists of float32,
/// or of Float16 where a matrix is in half precision, and provenance in the file's metadata under keys beginning <see cref="MetadataPrefix"/>.
/// Read are lists of any type of number, or a column a coordinate as in CSV; other plain columns become text (dates and times in ISO 8601, a
/// null an empty cell); lists, structures and blobs are left out, and <see cref="InputNotes"/> names them.</para>
/// <para>CSV, read in the three layouts of the published data: (a) <c>image_embedding_0…</c> and <c>text_embedding_0…</c> (or
/// <c>img_emb_0…</c>, <c>text_emb_0…</c>) beside the other columns; (b) an image file <c>ImageName,0,1,…</c>; (c) a text file with one
/// column <c>embeddings</c> that holds bracketed lists. Written: (a), with numbers in their shortest form that reads back as the same
/// float32, and provenance in a file beside it that ends in <see cref="ProvenanceEnding"/> (CSV has no place for it).</para>
/// </remarks>
public static class EmbeddingFile
{
    /// <summary>What the metadata keys of provenance begin with in a Parquet file.</summary>
    public const string MetadataPrefix = "embedkit.";

    /// <summary>What is appended to a CSV file's name to name the file with its provenance.</summary>
    public const string ProvenanceEnding = ".provenance.json";

    /// <summary>All files that writing to a path writes.</summary>
    /// <param name="path">The path of the embeddings.</param>
    public static IReadOnlyList<string> FilesOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? [path, path + ProvenanceEnding] : [path];
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">A <c>.parquet</c> or <c>.csv</c> file.</param>
    /// <exception cref="InputException">No such file, an unknown ending, no embeddings or no rows in it, a cell that is no finite number.</exception>
    public static EmbeddingSet Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var parquet = IsParquet(path);
        return parquet ? ParquetEmbeddings.Read(path) : CsvEmbeddings.Read(path);
    }

    /// <summary>Writes a file atomically; equal sets give equal bytes.</summary>
    /// <param name="path">A path ending in <c>.parquet</c> or <c>.csv</c>.</param>
    /// <param name="set">What to write, at least one row.</param>
    /// <exception cref="InputException">An unknown ending, or no row.</exception>
    public static void Write(string path, EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        Write(path, EmbeddingRows.Of(set));
    }

    /// <summary>The same for rows that are not all in memory.</summary>
    internal static void Write(string path, EmbeddingRows rows)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var parquet = IsParquet(path);
        if (rows.Table.RowCount == 0)
        {
            throw new InputException($"{path}: no rows to write; expected at least one.");
        }

        if (parquet)
        {
            AtomicFile.Write(path, stream => ParquetEmbeddings.Write(stream, rows));
        }
        else
        {
            CsvEmbeddings.Write(path, rows);
        }
    }

    /// <summary>Refuses a path that cannot be written, before hours of work and not after.</summary>
    /// <param name="path">The path of a file to write.</param>
    /// <exception cref="InputException">Its ending is neither .parquet nor .csv.</exception>
    public static void CheckEnding(string path) => _ = IsParquet(path);

    private static bool IsParquet(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PARQUET" => true,
        ".CSV" => false,
        _ => throw new InputException($"{path}: ending '{Path.GetExtension(path)}'; expected .parquet or .csv."),
    };
}
