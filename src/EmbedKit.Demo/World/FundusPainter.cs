using System.Numerics;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Paints a retina as a fundus camera sees it, 96×96 pixels.</summary>
internal static class FundusPainter
{
    private const float Radius = 45;
    private static readonly Vector3 Vein = new(0.40f, 0.07f, 0.06f);
    private static readonly Vector3 Artery = new(0.60f, 0.14f, 0.09f);
    private static readonly Vector3 DarkBlood = new(0.32f, 0.04f, 0.04f);
    private static readonly Vector3 Lipid = new(0.98f, 0.88f, 0.50f);
    private static readonly Vector3 Cotton = new(0.93f, 0.88f, 0.78f);

    // Mean counts at severity 0, 1, 2, 3, 4; between them, interpolated.
    private static readonly double[] Microaneurysms = [0.2, 5, 9, 12, 10];
    private static readonly double[] Hemorrhages = [0.05, 0.8, 4, 8, 8];
    private static readonly double[] Exudates = [0.1, 1.5, 6, 9, 9];
    private static readonly double[] CottonSpots = [0, 0.2, 1.2, 3, 3];
    private static readonly double[] NewVessels = [0, 0, 0, 0.3, 4];

    internal static RgbImage Paint(FundusEye eye, FundusPatient patient, SeededRandom random, double variation)
    {
        var canvas = new Canvas(96, 96);
        var noise = new ValueNoise(random);
        var nasal = eye.Right ? 1 : -1;
        var disc = new Vector2(48 + (nasal * random.Between(19, 25)), 48 + random.Between(-4, 3));
        var macula = disc - new Vector2(nasal * random.Between(26, 31), random.Between(-4, 2));

        PaintBackground(canvas, noise, eye, patient, macula, random, variation);
        PaintVessels(canvas, random, disc, nasal);
        PaintDisc(canvas, random, disc, eye);
        PaintLesions(canvas, random, eye, disc, macula);
        canvas.Blur(eye.Blurred ? 1 : 0);
        PaintFrame(canvas, random, variation);
        return canvas.ToImage(random, 0.010f);
    }

    private static void PaintBackground(
        Canvas canvas, ValueNoise noise, FundusEye eye, FundusPatient patient, Vector2 macula, SeededRandom random, double variation)
    {
        var colour = Vector3.Lerp(
            new(0.90f, 0.55f, 0.33f), new(0.58f, 0.22f, 0.10f), eye.Tone) * (patient.Nikon ? new Vector3(0.94f, 1.06f, 1.20f) : Vector3.One)
            + (0.02f * (float)variation * new Vector3((float)random.NextGaussian(), (float)random.NextGaussian(), (float)random.NextGaussian()));
        canvas.Shade((x, y, _) =>
        {
            var here = colour * (0.88f + (0.24f * noise.Fractal(x * 0.06f, y * 0.06f)));
            var spot = (new Vector2(x, y) - macula).LengthSquared();
            return here * (1 - (0.38f * MathF.Exp(-spot / 55)));
        });
    }

    private static void PaintVessels(Canvas canvas, SeededRandom random, Vector2 disc, int nasal)
    {
        foreach (var up in (ReadOnlySpan<int>)[-1, 1])
        {
            foreach (var (colour, thickness, tilt) in (ReadOnlySpan<(Vector3, float, float)>)[(Vein, 2.3f, 0.15f), (Artery, 1.7f, -0.12f)])
            {
                // The arcades leave the disc nearly upright and bend around the macula.
                var heading = up * (1.5708f + (nasal * (0.25f + tilt + random.Between(-0.12, 0.12))));
                canvas.Wander(random, disc, heading, 16, 4.2f, up * nasal * random.Between(0.075, 0.105), thickness, colour, 0.85f, branches: 4);
                canvas.Wander(
                    random, disc, up * (1.5708f - (nasal * random.Between(0.5, 1.0))), 7, 4, up * nasal * -0.04f, thickness * 0.7f, colour, 0.8f,
                    branches: 1);
            }
        }
    }

    private static void PaintDisc(Canvas canvas, SeededRandom random, Vector2 disc, FundusEye eye)
    {
        var radius = random.Between(5.2, 6.6);
        canvas.Ellipse(disc, radius * 0.92f, radius, 0, new(0.97f, 0.80f, 0.52f), 0.8f, 2.5f);
        canvas.Ellipse(disc, radius * (eye.LargeCup ? 0.72f : 0.4f), radius * (eye.LargeCup ? 0.78f : 0.42f), 0, new(1.0f, 0.94f, 0.80f), 0.85f, 2);
    }

    private static void PaintLesions(Canvas canvas, SeededRandom random, FundusEye eye, Vector2 disc, Vector2 macula)
    {
        for (var i = Count(random, eye, CottonSpots); i > 0; i--)
        {
            canvas.Ellipse(Somewhere(random, disc), random.Between(3, 5), random.Between(2.2, 3.4), random.Between(0, 3), Cotton, 0.6f, 2.5f);
        }

        for (var i = Count(random, eye, Hemorrhages); i > 0; i--)
        {
            canvas.Ellipse(Somewhere(random, disc), random.Between(2, 4.4), random.Between(1.4, 2.8), random.Between(0, 3), DarkBlood, 0.8f, 1.5f);
        }

        for (var i = Count(random, eye, Microaneurysms); i > 0; i--)
        {
            canvas.Disc(Somewhere(random, disc), random.Between(0.9, 1.5), DarkBlood, 0.85f);
        }

        // Exudates gather: around the macula where there is oedema, elsewhere in small clusters.
        var cluster = eye.MacularEdema ? macula : Somewhere(random, disc);
        for (var i = Count(random, eye, Exudates) + (eye.MacularEdema ? 4 : 0); i > 0; i--)
        {
            canvas.Disc(cluster + (random.Between(2, 10) * Direction(random)), random.Between(1, 2), Lipid, 0.9f);
        }

        for (var i = eye.Drusen ? 4 + random.Count(6) : 0; i > 0; i--)
        {
            canvas.Disc(macula + (random.Between(1, 12) * Direction(random)), random.Between(0.8, 1.5), new(0.92f, 0.72f, 0.40f), 0.55f, 1.6f);
        }

        for (var i = Count(random, eye, NewVessels); i > 0; i--)
        {
            var root = random.Chance(0.5) ? disc : Somewhere(random, disc);
            for (var twig = 0; twig < 5; twig++)
            {
                canvas.Wander(random, root, random.Between(0, 6.28), 6, 1.8f, random.Between(-0.4, 0.4), 0.9f, Vein, 0.8f, branches: 2);
            }
        }

        if (random.Chance(0.22 * (eye.Severity - 2.6)))
        {
            // A boat-shaped bleed in front of the retina.
            canvas.Ellipse(Somewhere(random, disc), random.Between(6, 10), random.Between(3, 5), random.Between(-0.3, 0.3), DarkBlood, 0.85f, 2);
        }
    }

    private static void PaintFrame(Canvas canvas, SeededRandom random, double variation)
    {
        var gain = 1 + (0.09f * (float)(variation * random.NextGaussian()));
        var (bright, dust) = (new Vector2(48 + random.Between(-18, 18), 48 + random.Between(-14, 14)), random.Count(0.7 * variation));
        for (; dust > 0; dust--)
        {
            canvas.Disc(Somewhere(random, new(-99)), random.Between(0.6, 1.6), new(0.30f, 0.20f, 0.16f), 0.4f, 1.4f);
        }

        canvas.Shade((x, y, pixel) =>
        {
            var point = new Vector2(x, y);
            var lit = pixel * gain * (1.06f - (0.42f * Vector2.DistanceSquared(point, bright) / 2800));
            return Vector3.Lerp(lit, new(0.015f), Math.Clamp(Vector2.Distance(point, new(48)) - Radius, 0, 1));
        });
    }

    private static int Count(SeededRandom random, FundusEye eye, double[] means)
    {
        var (whole, part) = ((int)Math.Min(3, eye.Severity), Math.Min(4, eye.Severity) - (int)Math.Min(3, eye.Severity));
        return random.Count(means[whole] + (part * (means[whole + 1] - means[whole])));
    }

    private static Vector2 Direction(SeededRandom random)
    {
        var (sin, cos) = MathF.SinCos(random.Between(0, 6.2832));
        return new(cos, sin);
    }

    /// <summary>A point on the retina, not on the disc.</summary>
    private static Vector2 Somewhere(SeededRandom random, Vector2 disc)
    {
        while (true)
        {
            var point = new Vector2(48) + (Radius * 0.88f * MathF.Sqrt(random.NextSingle()) * Direction(random));
            if (Vector2.Distance(point, disc) > 9)
            {
                return point;
            }
        }
    }
}
