using System.Numerics;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Paints an everyday scene, 96×96 pixels: sky, land, objects, and the odd habits of many cameras.</summary>
internal static class GeneralPainter
{
    internal static RgbImage Paint(GeneralScene scene, SeededRandom random, double variation)
    {
        var canvas = new Canvas(96, 96);
        var noise = new ValueNoise(random);
        var horizon = random.Between(38, 62);
        PaintSky(canvas, scene, noise, random, horizon);
        GeneralBackdrop.Paint(canvas, scene.Backdrop, noise, random, horizon);
        for (var i = 0; i < scene.Objects.Length; i++)
        {
            GeneralObjects.Paint(canvas, scene.Objects[i], GeneralScene.Paints[scene.Colours[i]], random, horizon);
        }

        PaintLight(canvas, scene, random, variation);
        return canvas.ToImage(random, random.Between(0.004, 0.02));
    }

    private static void PaintSky(Canvas canvas, GeneralScene scene, ValueNoise noise, SeededRandom random, float horizon)
    {
        var (top, bottom) = scene.Time switch
        {
            TimeOfDay.Morning => (new Vector3(0.52f, 0.70f, 0.88f), new Vector3(0.96f, 0.88f, 0.82f)),
            TimeOfDay.Noon => (new(0.25f, 0.55f, 0.92f), new(0.72f, 0.88f, 0.98f)),
            TimeOfDay.Sunset => (new(0.40f, 0.32f, 0.58f), new(0.99f, 0.62f, 0.36f)),
            _ => (new(0.04f, 0.06f, 0.18f), new(0.14f, 0.18f, 0.36f)),
        };
        var clouds = random.Chance(0.5) ? random.Between(0.45, 0.62) : 2;
        var cloud = scene.Time == TimeOfDay.Night ? new Vector3(0.20f, 0.23f, 0.34f) : Vector3.Lerp(bottom, Vector3.One, 0.7f);
        canvas.Shade((x, y, _) =>
        {
            var sky = Vector3.Lerp(top, bottom, Math.Clamp(y / horizon, 0, 1));
            return clouds > 1 ? sky : Vector3.Lerp(sky, cloud, Math.Clamp((noise.Fractal(x * 0.04f, y * 0.09f) - clouds) * 6, 0, 0.9f));
        });
        var sun = new Vector2(random.Between(10, 86), scene.Time == TimeOfDay.Sunset ? horizon - random.Between(2, 10) : random.Between(8, 26));
        if (scene.Time == TimeOfDay.Night)
        {
            for (var i = 0; i < 25; i++)
            {
                canvas.Disc(new(random.Between(0, 96), random.Between(0, horizon)), random.Between(0.3, 0.8), Vector3.One, 0.8f);
            }

            canvas.Disc(sun, random.Between(4, 7), new(0.95f, 0.94f, 0.85f));
        }
        else if (random.Chance(0.6))
        {
            canvas.Disc(sun, 11, new(1, 0.95f, 0.75f), 0.35f, 14);
            canvas.Disc(sun, random.Between(4, 7), scene.Time == TimeOfDay.Sunset ? new(1, 0.80f, 0.45f) : new(1, 0.97f, 0.80f));
        }
    }

    /// <summary>Darkness at night and warmth at sunset on everything, then a camera's own cast; some pictures are grey.</summary>
    private static void PaintLight(Canvas canvas, GeneralScene scene, SeededRandom random, double variation)
    {
        var light = scene.Time switch
        {
            TimeOfDay.Morning => new Vector3(1.02f, 0.98f, 0.94f),
            TimeOfDay.Noon => new(1.06f),
            TimeOfDay.Sunset => new(1.02f, 0.82f, 0.72f),
            _ => new(0.50f, 0.54f, 0.70f),
        };
        light *= Vector3.One
            + (0.07f * (float)variation * new Vector3((float)random.NextGaussian(), (float)random.NextGaussian(), (float)random.NextGaussian()));
        var grey = random.Chance(0.05 * variation) ? 1 : random.Between(0, 0.25);
        canvas.Shade((_, _, pixel) => light * Vector3.Lerp(pixel, new(Vector3.Dot(pixel, new(0.30f, 0.59f, 0.11f))), grey));
    }
}
