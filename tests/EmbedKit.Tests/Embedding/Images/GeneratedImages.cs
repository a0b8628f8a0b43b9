namespace EmbedKit.Tests.Embedding.Images;

/// <summary>Images that pillow_reference.py draws, once for all tests of a class.</summary>
public sealed class GeneratedImages : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly Lazy<string[]> _files;

    /// <summary>Draws when first asked.</summary>
    public GeneratedImages() => _files = new(Draw);

    internal string[] Files => _files.Value;

    /// <summary>Deletes them.</summary>
    public void Dispose() => _folder.Delete(recursive: true);

    private string[] Draw()
    {
        _ = PillowReference.Run(["make", _folder.FullName]);
        _ = PillowReference.Run(["sizes", _folder.FullName]);
        return [.. Directory.GetFiles(_folder.FullName)
            .Where(f => f.EndsWith(".png", StringComparison.Ordinal) || f.EndsWith("_2.jpg", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }
}
