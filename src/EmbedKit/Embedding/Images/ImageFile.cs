using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Images;

/// <summary>An image file read whole. Dispose it when it is decoded: until then its bytes count against <see cref="ImageMemory.Files"/>.</summary>
internal sealed class ImageFile : IDisposable
{
    private const string Expected = "an image file";
    private readonly ImageMemory.Share _share;

    private ImageFile(byte[] bytes, ImageMemory.Share share) => (Bytes, _share) = (bytes, share);

    internal byte[] Bytes { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">No regular file, or one that may not be read, or is larger than memory allows.</exception>
    internal static ImageFile Read(string path)
    {
        using var file = RegularFile.OpenRead(path, Expected);
        var length = file.Length;
        var share = ImageMemory.Files.Take(length, path);
        try
        {
            return new(RegularFile.ReadBytes(path, Expected, Math.Min(length, Array.MaxLength)), share);
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    public void Dispose() => _share.Dispose();
}
