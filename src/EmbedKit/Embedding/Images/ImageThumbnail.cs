using EmbedKit.Runtime;
using NetVips;

namespace EmbedKit.Embedding.Images;

/// <summary>Small pictures for pages.</summary>
public static class ImageThumbnail
{
    /// <summary>An image file made small, as JPEG bytes without metadata.</summary>
    /// <param name="path">The file.</param>
    /// <param name="side">Pixels of the longer side. Default 160.</param>
    /// <exception cref="InputException">Not a readable image.</exception>
    public static byte[] Jpeg(string path, int side = 160)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        using var file = ImageFile.Read(path);
        var small = new ImageDecoder().DecodeSmall(file.Bytes, path, side, side, keepShape: true);
        using var picture = Image.NewFromMemory(small.Pixels, small.Width, small.Height, 3, Enums.BandFormat.Uchar);
        using var rgb = picture.Copy(interpretation: Enums.Interpretation.Srgb);
        return rgb.JpegsaveBuffer(q: 80, keep: Enums.ForeignKeep.None);
    }
}
