using System.Collections.Concurrent;
using EmbedKit.Data;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Embedding.Extraction;

/// <summary>The image side of a job: reads, hashes, decodes and prepares files, and knows which of them are equal. Thread-safe.</summary>
internal sealed class ImageExtraction(OnnxImageEncoder encoder, LabelledDataset dataset, ImageFiles files, ImageDecoderOptions decoder)
{
    private readonly ImageDecoder _decoder = new(decoder);
    private readonly ConcurrentDictionary<ContentHash, int> _rowOfImage = new();
    private readonly ConcurrentBag<float[]> _batches = [];

    /// <summary>Differs when files were exchanged: see <see cref="ImageFiles.State"/>.</summary>
    internal string FilesState => files.State;

    /// <inheritdoc cref="ImageFiles.LooseMatches"/>
    internal int LooseMatches => files.LooseMatches;

    /// <summary>Reads and prepares the image of a row, unless an earlier row has the same.</summary>
    internal PreparedImage Prepare(int row)
    {
        if (files.Of(row) is not { } path)
        {
            return new(default, null, "no such file, nor one whose name differs in ending, case or leading zeros alone");
        }

        var hash = default(ContentHash);
        try
        {
            using var file = ImageFile.Read(path);
            hash = ContentHash.Of(file.Bytes);
            if (EarlierRow(hash, row) is not null)
            {
                return new(hash, null, null);
            }

            // In 8 bits, a fourth of what the model reads: the float stage is cheap and waits until the model runs.
            return new(hash, encoder.Preprocessor.ResizeAndCrop(_decoder.Decode(file.Bytes, path)), null);
        }
        catch (InputException error)
        {
            // The list of skipped files must not depend on where the folder is.
            return new(hash, null, error.Message.Replace(path, Path.GetFileName(path), StringComparison.Ordinal));
        }
    }

    /// <summary>The row before this one that has the same image, or null.</summary>
    internal int? EarlierRow(ContentHash hash, int row) => _rowOfImage.TryGetValue(hash, out var owner) && owner < row ? owner : null;

    /// <summary>Settles, in the order of rows, whose image is embedded: the row's own, or the returned earlier row's.</summary>
    internal int Settle(int row, PreparedImage image)
    {
        if (EarlierRow(image.Hash, row) is { } owner)
        {
            return owner;
        }

        _rowOfImage[image.Hash] = row;
        return row;
    }

    /// <summary>Notes that a row's image is embedded already, by an earlier run.</summary>
    internal void Know(int row, ContentHash hash) => _ = _rowOfImage.TryAdd(hash, row);

    /// <summary>Embeds prepared images.</summary>
    internal EmbeddingMatrix Encode(IReadOnlyList<(int Row, PreparedImage Image)> run)
    {
        var length = encoder.Preprocessor.Length;
        var batch = _batches.TryTake(out var used) && used.Length >= run.Count * length ? used : new float[run.Count * length];
        for (var i = 0; i < run.Count; i++)
        {
            encoder.Preprocessor.Normalize(run[i].Image.Crop!, batch.AsSpan(i * length, length));
        }

        var matrix = encoder.Encode(batch, run.Count);
        _batches.Add(batch);
        FiniteRows.Check(matrix, dataset, i => run[i].Row, "image", encoder.Folder.Name);
        return matrix;
    }
}

/// <summary>An image read from its file.</summary>
/// <param name="Hash">Of the file; zero when there is none.</param>
/// <param name="Crop">Resized and cropped, or null when an earlier row has the same image or <paramref name="Reason"/> says why there is
/// none.</param>
/// <param name="Reason">Why the image cannot be embedded, or null.</param>
internal sealed record PreparedImage(ContentHash Hash, RgbImage? Crop, string? Reason);
