using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Smooth random texture: a 32×32 lattice of values in [0, 1), repeated, interpolated with a smooth step.</summary>
internal sealed class ValueNoise
{
    private const int Side = 32;
    private readonly float[] _lattice = new float[Side * Side];

    internal ValueNoise(SeededRandom random)
    {
        foreach (ref var value in _lattice.AsSpan())
        {
            value = random.NextSingle();
        }
    }

    /// <summary>The value at a point, in [0, 1); features are about one unit wide.</summary>
    internal float At(float x, float y)
    {
        var (fx, fy) = (MathF.Floor(x), MathF.Floor(y));
        var (tx, ty) = (x - fx, y - fy);
        (tx, ty) = (tx * tx * (3 - (2 * tx)), ty * ty * (3 - (2 * ty)));
        var (x0, y0) = ((int)fx & (Side - 1), ((int)fy & (Side - 1)) * Side);
        var (x1, y1) = ((x0 + 1) & (Side - 1), (y0 + Side) & ((Side * Side) - 1));
        var top = _lattice[y0 + x0] + (tx * (_lattice[y0 + x1] - _lattice[y0 + x0]));
        var bottom = _lattice[y1 + x0] + (tx * (_lattice[y1 + x1] - _lattice[y1 + x0]));
        return top + (ty * (bottom - top));
    }

    /// <summary>Three octaves: coarse shapes with finer ones on top, in [0, 1).</summary>
    internal float Fractal(float x, float y) =>
        (0.57f * At(x, y)) + (0.29f * At((x * 2.1f) + 7.3f, (y * 2.1f) + 3.1f)) + (0.14f * At((x * 4.3f) + 1.7f, (y * 4.3f) + 9.2f));
}
