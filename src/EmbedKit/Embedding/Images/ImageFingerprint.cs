using System.Numerics.Tensors;
using System.Security.Cryptography;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Images;

/// <summary>
/// What is left of an image when size, compression, brightness and contrast are taken away: 16×16 grey values, each less the mean of its 5×5
/// neighbourhood, as a unit vector. Copies that were resized, brightened or compressed again have a cosine above
/// <see cref="NearDuplicateCosine"/>; two photographs of one lesion do not. Copies that were turned, mirrored or cut by more than some hundredths do
/// neither.
/// </summary>
public sealed class ImageFingerprint
{
    /// <summary>Side of the small image.</summary>
    public const int Side = 16;

    /// <summary>Values of a fingerprint.</summary>
    public const int Dimension = Side * Side;

    /// <summary>
    /// The cosine from which two images count as the same picture. Copies made smaller by a fifth, 6 % brighter and saved at quality 60 have 0.97 to
    /// 1.00 (demo images of 96 pixels) and above 0.99 (dermatoscopic photographs); different lesions and eyes of the demo at most 0.96, different
    /// photographs 0.68.
    /// </summary>
    public const float NearDuplicateCosine = 0.97f;

    private const int Oversampling = 4, Reach = 2;

    private readonly float[] _detail;

    private ImageFingerprint(string contentHash, float[] detail) => (ContentHash, _detail) = (contentHash, detail);

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public string ContentHash { get; }

    /// <summary>The unit vector; zeros for an image without any detail.</summary>
    public ReadOnlySpan<float> Detail => _detail;

    /// <summary>Takes the fingerprint of an image file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="decoder">Decodes it, within its limits.</param>
    /// <exception cref="InputException">Not a readable image.</exception>
    public static ImageFingerprint Of(string path, ImageDecoder decoder)
    {
        using var file = ImageFile.Read(path);
        return Of(file.Bytes, path, decoder);
    }

    /// <summary>Takes the fingerprint of an image held in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="decoder">Decodes it, within its limits.</param>
    /// <exception cref="InputException">Not a readable image.</exception>
    public static ImageFingerprint Of(byte[] bytes, string name, ImageDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(decoder);
        var small = decoder.DecodeSmall(bytes, name, Side * Oversampling, Side * Oversampling);
        return new(Convert.ToHexStringLower(SHA256.HashData(bytes)), DetailOf(Grey(small)));
    }

    /// <summary>Block means of luma (ITU-R 601).</summary>
    private static float[] Grey(RgbImage image)
    {
        var grey = new float[Dimension];
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var pixel = image.Pixels.AsSpan(3 * ((y * image.Width) + x), 3);
                grey[(y / Oversampling * Side) + (x / Oversampling)] += (0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2]);
            }
        }

        return grey;
    }

    private static float[] DetailOf(float[] grey)
    {
        var detail = new float[Dimension];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                float sum = 0;
                for (var dy = -Reach; dy <= Reach; dy++)
                {
                    for (var dx = -Reach; dx <= Reach; dx++)
                    {
                        sum += grey[(Math.Clamp(y + dy, 0, Side - 1) * Side) + Math.Clamp(x + dx, 0, Side - 1)];
                    }
                }

                detail[(y * Side) + x] = grey[(y * Side) + x] - (sum / ((2 * Reach) + 1) / ((2 * Reach) + 1));
            }
        }

        // A plain surface has rounding noise only, which must not be blown up to a pattern.
        var norm = TensorPrimitives.Norm<float>(detail);
        TensorPrimitives.Multiply(detail, norm > Oversampling * Oversampling * 1f ? 1 / norm : 0, detail);
        return detail;
    }
}
