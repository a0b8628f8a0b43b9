namespace EmbedKit.Embedding.Images;

/// <summary>Interleaved 8-bit pixels of other colour models as RGB, by Pillow's conversions (libImaging/Convert.c).</summary>
internal static class ChannelOrder
{
    /// <summary>Grey, with or without alpha, repeated to three channels; alpha is dropped.</summary>
    internal static byte[] Grey(byte[] pixels, int channels)
    {
        var rgb = new byte[pixels.Length / channels * 3];
        for (int i = 0, o = 0; o < rgb.Length; i += channels, o += 3)
        {
            rgb[o] = rgb[o + 1] = rgb[o + 2] = pixels[i];
        }

        return rgb;
    }

    /// <summary>RGBA without its alpha; transparent pixels keep their colour.</summary>
    internal static byte[] DropAlpha(byte[] pixels)
    {
        var rgb = new byte[pixels.Length / 4 * 3];
        for (int i = 0, o = 0; o < rgb.Length; i += 4, o += 3)
        {
            pixels.AsSpan(i, 3).CopyTo(rgb.AsSpan(o));
        }

        return rgb;
    }

    /// <summary>CMYK (255 = full ink) to RGB: (255−k)·(255−c)/255 with Pillow's rounding of the product.</summary>
    internal static byte[] Cmyk(byte[] pixels)
    {
        var rgb = new byte[pixels.Length / 4 * 3];
        for (int i = 0, o = 0; o < rgb.Length; i += 4, o += 3)
        {
            var light = 255 - pixels[i + 3];
            for (var c = 0; c < 3; c++)
            {
                var product = (pixels[i + c] * light) + 128;
                rgb[o + c] = (byte)Math.Max(0, light - (((product >> 8) + product) >> 8));
            }
        }

        return rgb;
    }
}
