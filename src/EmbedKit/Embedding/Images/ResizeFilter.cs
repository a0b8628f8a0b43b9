namespace EmbedKit.Embedding.Images;

/// <summary>Resampling kernels, numbered as Pillow and <c>preprocessor_config.json</c> number them.</summary>
public enum ResizeFilter
{
    /// <summary>The source pixel under the output pixel's centre.</summary>
    Nearest = 0,

    /// <summary>Sinc windowed by sinc, support 3.</summary>
    Lanczos = 1,

    /// <summary>Triangle, support 1.</summary>
    Bilinear = 2,

    /// <summary>Cubic convolution with a = −0.5, support 2.</summary>
    Bicubic = 3,

    /// <summary>Mean over the pixel's area, support 0.5.</summary>
    Box = 4,

    /// <summary>Sinc windowed by Hamming, support 1.</summary>
    Hamming = 5,
}

/// <summary>The kernels' values, computed in the order of operations of Pillow, so that the doubles are the same.</summary>
internal static class ResizeKernel
{
    internal static double Support(ResizeFilter filter) => filter switch
    {
        ResizeFilter.Lanczos => 3,
        ResizeFilter.Bilinear or ResizeFilter.Hamming => 1,
        ResizeFilter.Bicubic => 2,
        ResizeFilter.Box => 0.5,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Not a filter with weights."),
    };

    internal static double Weight(ResizeFilter filter, double x) => filter switch
    {
        ResizeFilter.Lanczos => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
        ResizeFilter.Bilinear => Math.Max(0, 1 - Math.Abs(x)),
        ResizeFilter.Bicubic => Cubic(Math.Abs(x)),
        ResizeFilter.Box => x is > -0.5 and <= 0.5 ? 1 : 0,
        ResizeFilter.Hamming => Hamming(Math.Abs(x)),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Not a filter with weights."),
    };

    private static double Cubic(double x)
    {
        const double A = -0.5;
        return x < 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1
            : x < 2 ? ((((x - 5) * x) + 8) * x - 4) * A
            : 0;
    }

    /// <summary>The two constants are single precision in Pillow too, and the last bit shows.</summary>
    private static double Hamming(double x) => x == 0 ? 1 : x >= 1 ? 0 : Sinc(x) * (0.54f + (0.46f * Math.Cos(x * Math.PI)));

    private static double Sinc(double x)
    {
        if (x == 0)
        {
            return 1;
        }

        x *= Math.PI;
        return Math.Sin(x) / x;
    }
}
