using System.Numerics;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Paints a lesion as through a dermatoscope, 120×90 pixels.</summary>
internal static class DermatoscopyPainter
{
    private static readonly Vector3[] Pigments =
        [new(0.87f, 0.60f, 0.53f), new(0.74f, 0.51f, 0.37f), new(0.52f, 0.33f, 0.21f), new(0.29f, 0.18f, 0.13f), new(0.15f, 0.10f, 0.10f)];
    private static readonly Vector3 Blood = new(0.70f, 0.17f, 0.20f);
    private static readonly Vector3 BlueGrey = new(0.40f, 0.45f, 0.55f);
    private static readonly Vector3 Pale = new(0.93f, 0.84f, 0.79f);
    private static readonly Vector3 Keratin = new(0.94f, 0.84f, 0.62f);

    /// <summary>Paints one view of a lesion: the traits stay, the view (light, angle, distance, hairs) is the stream's.</summary>
    internal static RgbImage Paint(LesionTraits lesion, SeededRandom random, double variation)
    {
        var canvas = new Canvas(120, 90);
        var noise = new ValueNoise(random);
        var skin = Vector3.Lerp(new(0.91f, 0.73f, 0.66f), new(0.78f, 0.56f, 0.45f), random.Between(0, 0.25 + (0.45 * variation)))
            + new Vector3(random.Between(-0.03, 0.05), random.Between(-0.03, 0.03), random.Between(-0.03, 0.05));
        var centre = new Vector2(60 + random.Between(-8, 8), 45 + random.Between(-5, 5));
        var radius = (17 + (19 * lesion.Size)) * random.Between(0.9, 1.1);
        var shape = new LesionShape(
            noise, centre, radius, random.Between(0, 6.28), random.Between(1, 1.15 + (0.5 * lesion.Irregularity)), lesion.Irregularity);

        PaintSurface(canvas, noise, lesion, shape, skin);
        PaintStructures(canvas, random, lesion, shape, skin);
        PaintHairs(canvas, random, variation);
        PaintLight(canvas, random, variation);
        canvas.Blur(random.Chance(0.06 * variation) ? 1 : 0);
        return canvas.ToImage(random, 0.012f);
    }

    private static void PaintSurface(Canvas canvas, ValueNoise noise, LesionTraits lesion, LesionShape shape, Vector3 skin)
    {
        var at = lesion.Pigment * (Pigments.Length - 1.01f);
        var colour = Vector3.Lerp(
            Vector3.Lerp(Pigments[(int)at], Pigments[(int)at + 1], at - (int)at), Blood, 0.75f * lesion.Redness * lesion.Redness);
        var edge = 0.10f + (0.16f * (1 - lesion.Irregularity));
        canvas.Shade((x, y, _) =>
        {
            var furrows = MathF.Abs(noise.At(x * 0.21f, y * 0.21f) - 0.5f);
            var here = skin * (0.93f + (0.09f * noise.At(x * 0.035f, y * 0.035f)) + (0.07f * furrows));
            var depth = shape.Depth(x, y);
            if (depth > 1 + edge)
            {
                return here;
            }

            var mottle = noise.Fractal((x * 0.10f) + 5, (y * 0.10f) + 11) - 0.5f;
            var body = colour * (1 + ((0.35f + (0.9f * lesion.Irregularity)) * mottle) - (0.10f * (1 - depth)));
            body = Vector3.Lerp(body, Pigments[3], lesion.Network * 0.6f * Mesh(x, y, noise) * Smooth(0.15f, 0.7f, depth));
            body = Vector3.Lerp(body, BlueGrey, 0.85f * lesion.Veil * Smooth(0.42f, 0.62f, noise.At((x * 0.055f) + 20, (y * 0.055f) + 4)));
            body = Vector3.Lerp(body, Pale, 0.85f * lesion.Scar * MathF.Exp(-depth * depth * 5));
            if (lesion.Scale > 0.05f)
            {
                var flake = Smooth(0.56f, 0.72f, noise.Fractal((x * 0.22f) + 13, (y * 0.22f) + 2));
                body = Vector3.Lerp(body, Keratin, 0.8f * lesion.Scale * flake);
            }

            return Vector3.Lerp(body, here, Smooth(1 - edge, 1 + edge, depth));
        });
    }

    private static void PaintStructures(Canvas canvas, SeededRandom random, LesionTraits lesion, LesionShape shape, Vector3 skin)
    {
        for (var i = random.Count(14 * lesion.Clods * lesion.Clods); i > 0; i--)
        {
            canvas.Disc(
                shape.Inside(random, 0.85f), random.Between(2, 5), Vector3.Lerp(Blood, new(0.36f, 0.12f, 0.30f), random.NextSingle()), 0.8f, 2);
        }

        for (var i = random.Count(18 * lesion.Dots * lesion.Dots); i > 0; i--)
        {
            canvas.Disc(shape.Inside(random, 1.05f), random.Between(0.8, 1.8), Pigments[4], 0.65f);
        }

        for (var i = random.Count(13 * lesion.Cysts * lesion.Cysts); i > 0; i--)
        {
            canvas.Disc(shape.Inside(random, 0.9f), random.Between(1.1, 2.4), Keratin, 0.85f);
        }

        for (var i = random.Count(5 * lesion.Vessels * lesion.Vessels); i > 0; i--)
        {
            canvas.Wander(
                random, shape.Inside(random, 1), random.Between(0, 6.28), 9, 3, random.Between(-0.1, 0.1), 2.0f, Vector3.Lerp(Blood, skin, 0.1f),
                0.75f, branches: 3);
        }
    }

    private static void PaintHairs(Canvas canvas, SeededRandom random, double variation)
    {
        var combed = random.Between(0, 6.28);
        for (var i = random.Chance(0.35) ? random.Count(4 * variation) : 0; i > 0; i--)
        {
            var from = new Vector2(random.Between(0, 120), random.Between(0, 90));
            canvas.Wander(
                random, from, combed + random.Between(-0.6, 0.6), 14, 4, random.Between(-0.05, 0.05), 0.9f, new(0.17f, 0.12f, 0.10f), 0.75f);
        }
    }

    private static void PaintLight(Canvas canvas, SeededRandom random, double variation)
    {
        var gain = 1 + (0.05f * (float)(variation * random.NextGaussian()));
        var cast = Vector3.One + (0.02f * (float)variation * new Vector3((float)random.NextGaussian(), 0, (float)random.NextGaussian()));
        var (fall, corner) = (random.Between(0.05, 0.28), random.Chance(0.12) ? random.Between(56, 66) : 999f);
        var middle = new Vector2(60 + random.Between(-6, 6), 45 + random.Between(-5, 5));
        canvas.Shade((x, y, pixel) =>
        {
            var distance = Vector2.Distance(new(x, y), middle);
            var lit = pixel * cast * (gain * (1 - (fall * distance * distance / 5600)));
            return distance > corner - 2 ? Vector3.Lerp(lit, new(0.03f), Smooth(corner - 2, corner + 2, distance)) : lit;
        });
    }

    /// <summary>A honeycomb-like mesh, bent by noise; 1 on its lines.</summary>
    private static float Mesh(float x, float y, ValueNoise noise)
    {
        var bend = 3 * noise.At(x * 0.12f, y * 0.12f);
        var (u, v) = ((x * 0.8f) + bend, (y * 0.8f) - bend);
        return 1 - MathF.Sqrt(MathF.Abs(MathF.Sin(u) * MathF.Sin(v)));
    }

    private static float Smooth(float from, float to, float value)
    {
        var t = Math.Clamp((value - from) / (to - from), 0, 1);
        return t * t * (3 - (2 * t));
    }
}
