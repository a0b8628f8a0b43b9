using System.Numerics;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>A small soft-edged painter. Colours are RGB in 0…1, lengths are pixels, (0, 0) is the top left corner.</summary>
internal sealed class Canvas(int width, int height)
{
    private readonly Vector3[] _pixels = new Vector3[width * height];

    internal int Width { get; } = width;

    internal int Height { get; } = height;

    /// <summary>Sets every pixel from its centre and what was there.</summary>
    internal void Shade(Func<float, float, Vector3, Vector3> colour)
    {
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                ref var pixel = ref _pixels[(y * Width) + x];
                pixel = colour(x + 0.5f, y + 0.5f, pixel);
            }
        }
    }

    /// <summary>A filled ellipse; <paramref name="softness"/> is the width of its fading rim.</summary>
    internal void Ellipse(Vector2 centre, float radiusX, float radiusY, float angle, Vector3 colour, float alpha = 1, float softness = 1)
    {
        var (sin, cos) = MathF.SinCos(angle);
        var smaller = MathF.Max(0.3f, MathF.Min(radiusX, radiusY));
        Region(centre, MathF.Max(radiusX, radiusY) + softness, (x, y) =>
        {
            var (dx, dy) = (x - centre.X, y - centre.Y);
            var (u, v) = (((dx * cos) + (dy * sin)) / radiusX, ((dy * cos) - (dx * sin)) / radiusY);
            return (1 - MathF.Sqrt((u * u) + (v * v))) * smaller;
        }, colour, alpha, softness);
    }

    /// <summary>A filled disc.</summary>
    internal void Disc(Vector2 centre, float radius, Vector3 colour, float alpha = 1, float softness = 1) =>
        Region(centre, radius + softness, (x, y) => radius - Vector2.Distance(new(x, y), centre), colour, alpha, softness);

    /// <summary>A filled rectangle, turned by an angle.</summary>
    internal void Rectangle(Vector2 centre, float halfWidth, float halfHeight, float angle, Vector3 colour, float alpha = 1)
    {
        var (sin, cos) = MathF.SinCos(angle);
        Region(centre, halfWidth + halfHeight + 1, (x, y) =>
        {
            var (dx, dy) = (x - centre.X, y - centre.Y);
            return MathF.Min(halfWidth - MathF.Abs((dx * cos) + (dy * sin)), halfHeight - MathF.Abs((dy * cos) - (dx * sin)));
        }, colour, alpha, 1);
    }

    /// <summary>A filled triangle.</summary>
    internal void Triangle(Vector2 a, Vector2 b, Vector2 c, Vector3 colour, float alpha = 1)
    {
        var centre = (a + b + c) / 3;
        var turn = MathF.Sign(((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X)));
        float Edge(Vector2 from, Vector2 to, float x, float y) =>
            turn * (((to.X - from.X) * (y - from.Y)) - ((to.Y - from.Y) * (x - from.X))) / MathF.Max(0.01f, Vector2.Distance(from, to));
        Region(centre, MathF.Max(Vector2.Distance(centre, a), MathF.Max(Vector2.Distance(centre, b), Vector2.Distance(centre, c))) + 1,
            (x, y) => MathF.Min(Edge(a, b, x, y), MathF.Min(Edge(b, c, x, y), Edge(c, a, x, y))), colour, alpha, 1);
    }

    /// <summary>A straight line with round ends.</summary>
    internal void Line(Vector2 from, Vector2 to, float thickness, Vector3 colour, float alpha = 1)
    {
        var along = to - from;
        var squared = MathF.Max(along.LengthSquared(), 1e-6f);
        Region((from + to) / 2, (MathF.Sqrt(squared) / 2) + thickness + 1, (x, y) =>
        {
            var point = new Vector2(x, y);
            var t = Math.Clamp(Vector2.Dot(point - from, along) / squared, 0, 1);
            return (thickness / 2) - Vector2.Distance(point, from + (t * along));
        }, colour, alpha, 1);
    }

    /// <summary>
    /// A line that wanders: <paramref name="steps"/> pieces of <paramref name="stride"/>, turning by <paramref name="bend"/> plus a random part,
    /// thinning to a third, and sprouting <paramref name="branches"/> thinner ones.
    /// </summary>
    internal void Wander(
        SeededRandom random, Vector2 from, float heading, int steps, float stride, float bend, float thickness, Vector3 colour, float alpha,
        int branches = 0)
    {
        var sprouts = branches == 0 ? [] : random.Order(steps)[..Math.Min(branches, steps)];
        for (var i = 0; i < steps; i++)
        {
            heading += bend + (0.16f * (float)random.NextGaussian());
            var (sin, cos) = MathF.SinCos(heading);
            var to = from + (stride * new Vector2(cos, sin));
            var thick = thickness * (1 - (0.67f * i / steps));
            Line(from, to, thick, colour, alpha);
            if (sprouts.Contains(i))
            {
                var side = random.Chance(0.5) ? 1 : -1;
                Wander(
                    random, to, heading + (side * random.Between(0.5, 1)), Math.Max(2, steps / 2), stride, -side * 0.04f, thick * 0.6f, colour,
                    alpha * 0.9f);
            }

            from = to;
        }
    }

    /// <summary>Box blur, twice; 0 does nothing.</summary>
    internal void Blur(int radius)
    {
        for (var pass = 0; pass < (radius > 0 ? 2 : 0); pass++)
        {
            BlurLines(Height, Width, Width, 1, radius);
            BlurLines(Width, Height, 1, Width, radius);
        }
    }

    /// <summary>The picture as bytes, with sensor grain of the given standard deviation.</summary>
    internal RgbImage ToImage(SeededRandom random, float grain)
    {
        var bytes = new byte[_pixels.Length * 3];
        for (var i = 0; i < _pixels.Length; i++)
        {
            // The sum of two uniform values is grain enough, and far cheaper than a normal one.
            var noise = grain * 2.45f * (random.NextSingle() + random.NextSingle() - 1);
            var pixel = Vector3.Clamp(_pixels[i] + new Vector3(noise), Vector3.Zero, Vector3.One) * 255;
            bytes[3 * i] = (byte)(pixel.X + 0.5f);
            bytes[(3 * i) + 1] = (byte)(pixel.Y + 0.5f);
            bytes[(3 * i) + 2] = (byte)(pixel.Z + 0.5f);
        }

        return new(Width, Height, bytes);
    }

    private void Region(Vector2 centre, float reach, Func<float, float, float> insideBy, Vector3 colour, float alpha, float softness)
    {
        var (left, right) = (Math.Max(0, (int)(centre.X - reach)), Math.Min(Width - 1, (int)(centre.X + reach)));
        var (top, bottom) = (Math.Max(0, (int)(centre.Y - reach)), Math.Min(Height - 1, (int)(centre.Y + reach)));
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var cover = Math.Clamp((insideBy(x + 0.5f, y + 0.5f) / softness) + 0.5f, 0, 1);
                if (cover > 0)
                {
                    ref var pixel = ref _pixels[(y * Width) + x];
                    pixel = Vector3.Lerp(pixel, colour, cover * alpha);
                }
            }
        }
    }

    private void BlurLines(int lines, int length, int lineStep, int step, int radius)
    {
        var line = new Vector3[length];
        for (var i = 0; i < lines; i++)
        {
            for (var j = 0; j < length; j++)
            {
                line[j] = _pixels[(i * lineStep) + (j * step)];
            }

            for (var j = 0; j < length; j++)
            {
                var sum = Vector3.Zero;
                for (var k = -radius; k <= radius; k++)
                {
                    sum += line[Math.Clamp(j + k, 0, length - 1)];
                }

                _pixels[(i * lineStep) + (j * step)] = sum / ((2 * radius) + 1);
            }
        }
    }
}
