using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Training;

/// <summary>Random views of a batch of images, all from one explicit random source.</summary>
internal static class ImageAugmentation
{
    /// <summary>A random square window of each image, bilinearly resized.</summary>
    /// <param name="images">B×3×S×S.</param>
    /// <param name="size">Pixels of a side of the result.</param>
    /// <param name="minArea">Smallest window, as a share of the image's area.</param>
    /// <param name="maxArea">Largest window, at most 1.</param>
    /// <param name="mirror">Whether to mirror half of the images, left to right and top to bottom, each at random.</param>
    /// <param name="random">The random source.</param>
    /// <returns>B×3×size×size.</returns>
    internal static Tensor Crop(Tensor images, int size, double minArea, double maxArea, bool mirror, SeededRandom random)
    {
        using var scope = NewDisposeScope();
        int Sign() => mirror && random.Next(2) != 0 ? -1 : 1;
        var batch = images.shape[0];
        var windows = new float[batch * 6];
        for (var i = 0; i < windows.Length; i += 6)
        {
            var side = Math.Sqrt(minArea + ((maxArea - minArea) * random.NextDouble()));
            windows[i] = (float)(Sign() * side);
            windows[i + 2] = (float)((1 - side) * ((2 * random.NextDouble()) - 1));
            windows[i + 4] = (float)(Sign() * side);
            windows[i + 5] = (float)((1 - side) * ((2 * random.NextDouble()) - 1));
        }

        var grid = nn.functional.affine_grid(torch.tensor(windows, [batch, 2, 3]), [batch, 3, size, size], align_corners: false);
        return nn.functional.grid_sample(images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, align_corners: false)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Light and colour: a factor for each image and channel around 1, an offset around 0.</summary>
    /// <param name="images">B×3×S×S, normalised, so that offsets are in standard deviations.</param>
    /// <param name="strength">Standard deviation of both.</param>
    /// <param name="random">The random source.</param>
    internal static Tensor Jitter(Tensor images, double strength, SeededRandom random)
    {
        using var scope = NewDisposeScope();
        var batch = (int)images.shape[0];
        Tensor Draw(int channels) =>
            torch.tensor(
                Enumerable.Range(0, batch * channels).Select(_ => (float)(strength * random.NextGaussian())).ToArray(), [batch, channels, 1, 1]);
        return (images * Draw(1).Plus(1)).Plus(Draw(1)).Plus(Draw(3).Times(0.5)).MoveToOuterDisposeScope();
    }
}
