using System.Numerics;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>The land of each class of scene, painted below (and somewhat above) the horizon.</summary>
internal static class GeneralBackdrop
{
    internal static void Paint(Canvas canvas, int kind, ValueNoise noise, SeededRandom random, float horizon)
    {
        switch (GeneralScene.Classes[kind])
        {
            case "coast":
                Land(canvas, noise, horizon, 0, Vary(random, new(0.14f, 0.42f, 0.60f)), 0.04f, 0.5f);
                Land(canvas, noise, horizon + random.Between(12, 28), 8, Vary(random, new(0.88f, 0.78f, 0.56f)), 0.3f, 0.3f);
                break;
            case "desert":
                Land(canvas, noise, horizon, 14, Vary(random, new(0.86f, 0.62f, 0.36f)), 0.12f, 0.12f);
                Land(canvas, noise, horizon + random.Between(14, 24), 18, Vary(random, new(0.78f, 0.52f, 0.28f)), 0.12f, 0.12f);
                break;
            case "forest":
                Land(canvas, noise, horizon, 5, Vary(random, new(0.17f, 0.30f, 0.15f)), 0.3f, 0.3f);
                for (var x = -4f; x < 100; x += random.Between(5, 12))
                {
                    GeneralObjects.PaintPine(
                        canvas, new(x, horizon + random.Between(6, 26)), random.Between(18, 40), Vary(random, new(0.12f, 0.30f, 0.17f)));
                }

                break;
            case "meadow":
                Land(canvas, noise, horizon - 4, 12, Vary(random, new(0.44f, 0.62f, 0.28f)), 0.2f, 0.2f);
                Land(canvas, noise, horizon + 12, 10, Vary(random, new(0.36f, 0.58f, 0.22f)), 0.5f, 0.5f);
                break;
            case "mountain":
                for (var i = random.Next(2, 5); i > 0; i--)
                {
                    PaintPeak(canvas, random, horizon);
                }

                Land(canvas, noise, horizon, 8, Vary(random, new(0.38f, 0.44f, 0.34f)), 0.2f, 0.3f);
                break;
            default:
                Land(canvas, noise, horizon, 1, Vary(random, new(0.46f, 0.45f, 0.45f)), 0.2f, 0.2f);
                for (var x = -4f; x < 98; x += random.Between(9, 16))
                {
                    PaintBuilding(canvas, random, x, horizon);
                }

                canvas.Rectangle(new(48, horizon + 22), 60, 6, 0, new(0.30f, 0.30f, 0.32f));
                break;
        }
    }

    /// <summary>Everything below a line that waves by <paramref name="relief"/>, with streaks of the given width and height scale.</summary>
    private static void Land(Canvas canvas, ValueNoise noise, float line, float relief, Vector3 colour, float across, float down)
    {
        canvas.Shade((x, y, pixel) =>
        {
            var depth = y - line - (relief * (noise.At((x * 0.03f) + line, 5) - 0.5f));
            var shade = (0.86f + (0.28f * noise.At((x * across) + 2, (y * down) + 8))) * (0.9f + (0.004f * depth));
            return Vector3.Lerp(pixel, colour * shade, Math.Clamp(depth + 0.5f, 0, 1));
        });
    }

    private static void PaintPeak(Canvas canvas, SeededRandom random, float horizon)
    {
        var top = new Vector2(random.Between(5, 91), random.Between(8, horizon - 12));
        var (left, right) = (random.Between(18, 40), random.Between(18, 40));
        var rock = Vary(random, new(0.46f, 0.47f, 0.52f));
        var (from, to) = (new Vector2(top.X - left, horizon + 8), new Vector2(top.X + right, horizon + 8));
        canvas.Triangle(top, from, to, rock);
        canvas.Triangle(top, new(top.X + (0.15f * right), horizon + 8), to, rock * 0.8f);
        canvas.Triangle(top, Vector2.Lerp(top, from, 0.32f), Vector2.Lerp(top, to, 0.32f), new(0.95f, 0.96f, 0.98f));
    }

    private static void PaintBuilding(Canvas canvas, SeededRandom random, float x, float horizon)
    {
        var (half, height) = (random.Between(4.5, 8), random.Between(14, 40));
        var wall = Vary(random, random.Pick(new Vector3(0.72f, 0.66f, 0.60f), new(0.58f, 0.40f, 0.34f), new(0.60f, 0.64f, 0.70f)));
        canvas.Rectangle(new(x + half, horizon + 16 - (height / 2)), half, height / 2, 0, wall);
        for (var row = horizon + 16 - height + 3; row < horizon + 12; row += 5)
        {
            for (var column = x + 2.5f; column < x + (2 * half) - 1.5f; column += 4)
            {
                canvas.Rectangle(new(column, row), 1, 1.4f, 0, random.Chance(0.4) ? new(0.98f, 0.88f, 0.55f) : wall * 0.5f);
            }
        }
    }

    private static Vector3 Vary(SeededRandom random, Vector3 colour) =>
        colour * random.Between(0.8, 1.2) + new Vector3(random.Between(-0.06, 0.06), random.Between(-0.06, 0.06), random.Between(-0.06, 0.06));
}
