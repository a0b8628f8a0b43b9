using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using NetVips;

namespace EmbedKit.Notebooks.Formatting;

/// <summary>Images: as PNG, enlarged without smoothing when they are tiny.</summary>
internal static class ImageFormat
{
    private const int ReadableWidth = 160;

    internal static IReadOnlyList<KeyValuePair<string, string>> Format(RgbImage image)
    {
        using var vips = Image.NewFromMemoryCopy(image.Pixels, image.Width, image.Height, 3, Enums.BandFormat.Uchar);
        var png = Convert.ToBase64String(vips.PngsaveBuffer());
        var size = string.Create(CultureInfo.InvariantCulture, $"{image.Width}×{image.Height} image");
        var width = Math.Max(image.Width, ReadableWidth).ToString(CultureInfo.InvariantCulture);
        return
        [
            new(
                ValueFormatter.Html,
                $"<img alt=\"{size}\" width=\"{width}\" style=\"image-rendering:pixelated\" src=\"data:image/png;base64,{png}\">"),
            new("image/png", png),
            new(ValueFormatter.Plain, size),
        ];
    }
}
