namespace EmbedKit.Data;

/// <summary>The endings by which a name is that of an image file, for every verb that looks for images or compares ids; case does not
/// matter.</summary>
internal static class ImageEnding
{
    /// <summary>The endings, the most usual first.</summary>
    internal static readonly string[] All =
        [".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".jp2", ".jpe", ".jfif", ".j2k", ".heic", ".heif", ".avif"];

    private static readonly HashSet<string> Known = new(All, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file name or path ends like an image's.</summary>
    internal static bool Has(string name) => Known.Contains(Path.GetExtension(name));

    /// <summary>The name without such an ending.</summary>
    internal static string Without(string name) => Has(name) ? name[..^Path.GetExtension(name).Length] : name;
}
