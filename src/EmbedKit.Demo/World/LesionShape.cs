using System.Numerics;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>A lesion's outline: an ellipse whose rim is pushed in and out by noise.</summary>
internal sealed class LesionShape(ValueNoise noise, Vector2 centre, float radius, float angle, float elongation, float irregularity)
{
    private readonly (float Sin, float Cos) _turn = MathF.SinCos(angle);
    private readonly float _bulge = 0.18f + (0.55f * irregularity);

    /// <summary>Beyond this distance no bulge of the rim reaches, with room for its soft edge: the noise need not be read.</summary>
    private readonly float _farthest = 1.3f * (1 + ((0.18f + (0.55f * irregularity)) * (0.5f + (0.5f * irregularity))));

    /// <summary>0 at the centre, 1 on the rim, more outside.</summary>
    internal float Depth(float x, float y)
    {
        var (dx, dy) = ((x - centre.X) / radius, (y - centre.Y) / radius);
        var (u, v) = (((dx * _turn.Cos) + (dy * _turn.Sin)) / elongation, ((dy * _turn.Cos) - (dx * _turn.Sin)) * elongation);
        var distance = MathF.Sqrt((u * u) + (v * v));
        if (distance < 0.02f || distance > _farthest)
        {
            return distance;
        }

        // Noise read along the unit circle: the rim closes on itself, and more irregular lesions read it at a finer scale too.
        var (cx, cy) = (u / distance, v / distance);
        var push = noise.At((1.3f * cx) + 9, (1.3f * cy) + 9) - 0.5f + (irregularity * (noise.At((2.9f * cx) + 15, (2.9f * cy) + 25) - 0.5f));
        return distance / (1 + (_bulge * push));
    }

    /// <summary>A random point with a depth of at most <paramref name="reach"/> (about).</summary>
    internal Vector2 Inside(SeededRandom random, float reach)
    {
        for (var attempt = 0; ; attempt++)
        {
            var point = centre + (radius * 1.3f * new Vector2(random.Between(-1, 1), random.Between(-1, 1)));
            if (attempt == 20 || Depth(point.X, point.Y) <= reach)
            {
                return point;
            }
        }
    }
}
