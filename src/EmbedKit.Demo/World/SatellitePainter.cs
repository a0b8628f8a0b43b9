using System.Numerics;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Paints a tile of a town from above, 96×96 pixels. The place's layout stays from week to week; water, green, clouds and light
/// change.</summary>
internal static class SatellitePainter
{
    private static readonly Vector3 Water = new(0.16f, 0.30f, 0.40f);
    private static readonly Vector3 Pond = new(0.24f, 0.36f, 0.38f);
    private static readonly Vector3 Asphalt = new(0.52f, 0.51f, 0.50f);

    internal static RgbImage Paint(Municipality place, MunicipalityWeek week, RandomStreams streams, SeededRandom random, double variation)
    {
        var canvas = new Canvas(96, 96);
        var layout = streams.Create($"layout/{place.Number}");
        var noise = new ValueNoise(layout);
        var shift = new Vector2(random.Between(-14, 14), random.Between(-14, 14)) * (float)variation;
        var slope = layout.Between(-0.6, 0.6);

        PaintGround(canvas, place, week, noise, shift);
        PaintRoads(canvas, layout, shift, slope);
        PaintHouses(canvas, place, week, noise, random, shift, slope);
        PaintWater(canvas, place, week, noise, random, shift, slope);
        PaintSky(canvas, random, variation);
        return canvas.ToImage(random, 0.012f);
    }

    private static void PaintGround(Canvas canvas, Municipality place, MunicipalityWeek week, ValueNoise noise, Vector2 shift)
    {
        var soil = Vector3.Lerp(new(0.66f, 0.53f, 0.38f), new(0.58f, 0.42f, 0.32f), place.Soil);
        var green = Vector3.Lerp(new(0.48f, 0.50f, 0.27f), new(0.17f, 0.38f, 0.17f), week.Green);
        canvas.Shade((x, y, _) =>
        {
            var (u, v) = (x + shift.X, y + shift.Y);
            var field = noise.At((u * 0.05f) + 3, (v * 0.05f) + 3);
            var cover = Math.Clamp((noise.Fractal(u * 0.07f, v * 0.07f) - 0.62f + (0.45f * week.Green)) * 5, 0, 1);
            var fine = 0.85f + (0.3f * noise.At(u * 0.45f, v * 0.45f));
            return Vector3.Lerp(soil * (0.85f + (0.3f * field)), green * (0.8f + (0.4f * field)), cover) * fine;
        });
    }

    private static void PaintRoads(Canvas canvas, SeededRandom layout, Vector2 shift, float slope)
    {
        for (var i = 0; i < 3; i++)
        {
            var upright = layout.Chance(0.5);
            var at = layout.Between(10, 86);
            var middle = new Vector2(upright ? at : 48, upright ? 48 : at) - shift;
            var (sin, cos) = MathF.SinCos(slope + (upright ? 1.5708f : 0));
            var along = 90 * new Vector2(cos, sin);
            canvas.Line(middle - along, middle + along, layout.Between(1.2, 2.4), Asphalt, 0.9f);
        }
    }

    private static void PaintHouses(
        Canvas canvas, Municipality place, MunicipalityWeek week, ValueNoise noise, SeededRandom random, Vector2 shift, float slope)
    {
        var (sin, cos) = MathF.SinCos(slope);
        for (var row = -12; row <= 12; row++)
        {
            for (var column = -12; column <= 12; column++)
            {
                var at = new Vector2(48) + (6.2f * new Vector2((column * cos) - (row * sin), (column * sin) + (row * cos))) - shift;
                if (at.X is < -4 or > 100 || at.Y is < -4 or > 100
                    || noise.At((at.X + shift.X) * 0.06f, (at.Y + shift.Y) * 0.06f) > place.Urban * 1.15f)
                {
                    continue;
                }

                // Bright, crowded tin roofs against ordered tiled and grey ones.
                if (random.Chance(0.75 * week.Shacks))
                {
                    for (var shack = 0; shack < 3; shack++)
                    {
                        var corner = at + new Vector2(random.Between(-2.4, 2.4), random.Between(-2.4, 2.4));
                        canvas.Rectangle(
                            corner, random.Between(0.8, 1.4), random.Between(0.7, 1.2), slope + random.Between(-0.6, 0.6),
                            random.Pick(new Vector3(0.86f, 0.87f, 0.90f), new(0.62f, 0.66f, 0.72f)), 0.95f);
                    }
                }
                else
                {
                    canvas.Rectangle(
                        at, random.Between(1.6, 2.4), random.Between(1.5, 2.2), slope,
                        random.Pick(new Vector3(0.68f, 0.38f, 0.28f), new(0.60f, 0.34f, 0.26f), new(0.72f, 0.70f, 0.67f)), 0.95f);
                }
            }
        }
    }

    private static void PaintWater(
        Canvas canvas, Municipality place, MunicipalityWeek week, ValueNoise noise, SeededRandom random, Vector2 shift, float slope)
    {
        if (place.River)
        {
            var previous = new Vector2(-10, 30) - shift;
            for (var i = 1; i <= 16; i++)
            {
                var next = new Vector2(-10 + (i * 9), 30 + (slope * i * 6) + (26 * noise.At(i * 0.4f, 2))) - shift;
                canvas.Line(previous, next, 5 + (2 * week.StandingWater), Water, 0.95f);
                previous = next;
            }
        }

        for (var i = random.Count(15 * week.StandingWater * week.StandingWater); i > 0; i--)
        {
            canvas.Ellipse(
                new(random.Between(3, 93), random.Between(3, 93)), random.Between(1.6, 5), random.Between(1.4, 3.4), random.Between(0, 3), Pond, 0.9f,
                1.3f);
        }
    }

    private static void PaintSky(Canvas canvas, SeededRandom random, double variation)
    {
        var clouds = random.Chance(0.3 * variation) ? random.Between(0.5, 0.68) : 2;
        var high = new ValueNoise(random);
        var haze = random.Between(0, 0.12 * variation);
        var gain = 1 + (0.07f * (float)(variation * random.NextGaussian()));
        canvas.Shade((x, y, pixel) =>
        {
            var lit = Vector3.Lerp(pixel * gain, new(0.75f, 0.79f, 0.84f), haze);
            return clouds > 1 ? lit : Vector3.Lerp(lit, new(0.96f), 0.9f * Math.Clamp((high.Fractal(x * 0.035f, y * 0.035f) - clouds) * 6, 0, 1));
        });
    }
}
