using EmbedKit.Data;
using EmbedKit.Runtime;
using NetVips;

namespace EmbedKit.Datasets;

/// <summary>A Sentinel-2 tile of twelve bands as the picture that the published code makes of it.</summary>
internal static class SatelliteTile
{
    private const int Side = 224;
    private const int FirstBand = 1;
    private const long MostPixels = 200_000_000;

    /// <summary>
    /// Writes the middle 224 × 224 pixels (less where the tile is smaller) of bands 2, 3 and 4 as red, green and blue, without loss. Odd cases
    /// kept: these bands are blue, green and red; and the middle column is taken from the height.
    /// </summary>
    /// <exception cref="InputException">Not a complete TIFF of at least four bands of 8 bits.</exception>
    internal static void Write(string tile, string png)
    {
        try
        {
            using var image = Image.NewFromFile(tile, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
            if (image.Bands < FirstBand + 3 || image.Format != Enums.BandFormat.Uchar || (long)image.Width * image.Height > MostPixels)
            {
                throw new InputException(
                    $"{tile}: {image.Width} × {image.Height} pixels of {image.Bands} bands of {image.Format}; expected at least four bands of 8 "
                        + "bits.");
            }

            var (top, left) = (Math.Max(0, (image.Height / 2) - (Side / 2)), Math.Max(0, (image.Height / 2) - (Side / 2)));
            if (left >= image.Width)
            {
                throw new InputException($"{tile}: {image.Width} × {image.Height} pixels; expected about as wide as high.");
            }

            using var middle = image.Crop(left, top, Math.Min(Side, image.Width - left), Math.Min(Side, image.Height - top));
            using var bands = middle.ExtractBand(FirstBand, n: 3);
            using var rgb = bands.Copy(interpretation: Enums.Interpretation.Srgb);

            // Renamed into place but not forced to disk: thousands of small files, each of which can be made again.
            AtomicFile.WriteOneOfMany(png, rgb.PngsaveBuffer(keep: Enums.ForeignKeep.None));
        }
        catch (VipsException error)
        {
            throw new InputException(
                $"{tile}: not a readable TIFF ({error.Message.ReplaceLineEndings(" ").Trim()}); expected the file as it was distributed.", error);
        }
    }
}
