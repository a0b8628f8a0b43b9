using System.Numerics;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>The things in a scene, each in its colour at a random place and size.</summary>
internal static class GeneralObjects
{
    private static readonly Vector3 Wood = new(0.36f, 0.25f, 0.16f);
    private static readonly Vector3 Glass = new(0.75f, 0.86f, 0.92f);

    internal static void Paint(Canvas canvas, SceneObject thing, Vector3 colour, SeededRandom random, float horizon)
    {
        var ground = new Vector2(random.Between(12, 84), random.Between(horizon + 10, 86));
        var air = new Vector2(random.Between(12, 84), random.Between(10, horizon - 8));
        var size = random.Between(0.75, 1.3);
        switch (thing)
        {
            case SceneObject.Boat:
                canvas.Triangle(
                    ground + (size * new Vector2(0, -17)), ground + (size * new Vector2(0, -3)), ground + (size * new Vector2(9, -3)),
                    new(0.96f, 0.95f, 0.91f));
                canvas.Line(ground + (size * new Vector2(-0.5f, -18)), ground, 1, Wood);
                canvas.Ellipse(ground, size * 10, size * 3, 0, colour);
                break;
            case SceneObject.Balloon:
                canvas.Ellipse(air, size * 8, size * 9.5f, 0, colour);
                canvas.Ellipse(air, size * 2.8f, size * 9.5f, 0, Vector3.Lerp(colour, Vector3.One, 0.4f));
                canvas.Rectangle(air + (size * new Vector2(0, 13)), size * 2, size * 1.6f, 0, Wood);
                break;
            case SceneObject.Bird:
                for (var i = 0; i < 3; i++)
                {
                    var at = air + new Vector2(random.Between(-9, 9), random.Between(-6, 6));
                    canvas.Line(at, at + (size * new Vector2(-4, -2.4f)), 1.2f, new(0.12f));
                    canvas.Line(at, at + (size * new Vector2(4, -2.4f)), 1.2f, new(0.12f));
                }

                break;
            case SceneObject.Car:
                canvas.Rectangle(ground + (size * new Vector2(0, -6)), size * 5, size * 2.6f, 0, Glass);
                canvas.Rectangle(ground + (size * new Vector2(0, -2)), size * 9, size * 2.6f, 0, colour);
                canvas.Disc(ground + (size * new Vector2(-5, 1)), size * 2.1f, new(0.08f));
                canvas.Disc(ground + (size * new Vector2(5, 1)), size * 2.1f, new(0.08f));
                break;
            case SceneObject.Tree:
                canvas.Rectangle(ground + (size * new Vector2(0, -7)), size * 1.3f, size * 7, 0, Wood);
                canvas.Disc(ground + (size * new Vector2(0, -18)), size * 8, new(0.22f, 0.45f, 0.18f));
                canvas.Disc(ground + (size * new Vector2(-3, -20)), size * 4, new(0.33f, 0.56f, 0.25f), 0.7f, 3);
                break;
            case SceneObject.Pine:
                PaintPine(canvas, ground, 26 * size, new(0.12f, 0.36f, 0.22f));
                break;
            case SceneObject.House:
                canvas.Rectangle(ground + (size * new Vector2(0, -5)), size * 8, size * 5.5f, 0, new(0.93f, 0.89f, 0.80f));
                canvas.Triangle(
                    ground + (size * new Vector2(0, -18)), ground + (size * new Vector2(-10, -10)), ground + (size * new Vector2(10, -10)), colour);
                canvas.Rectangle(ground + (size * new Vector2(0, -3)), size * 1.5f, size * 3.4f, 0, Wood);
                break;
            case SceneObject.Tower:
                canvas.Rectangle(ground + (size * new Vector2(0, -15)), size * 3, size * 15, 0, new(0.80f, 0.77f, 0.72f));
                canvas.Triangle(
                    ground + (size * new Vector2(0, -38)), ground + (size * new Vector2(-4.5f, -30)), ground + (size * new Vector2(4.5f, -30)),
                    new(0.55f, 0.22f, 0.18f));
                canvas.Disc(ground + (size * new Vector2(0, -24)), size * 1.6f, new(0.98f, 0.93f, 0.65f));
                break;
            case SceneObject.Cactus:
                canvas.Line(ground, ground + (size * new Vector2(0, -20)), size * 4, new(0.24f, 0.48f, 0.26f));
                canvas.Line(ground + (size * new Vector2(0, -9)), ground + (size * new Vector2(6, -11)), size * 2.6f, new(0.24f, 0.48f, 0.26f));
                canvas.Line(ground + (size * new Vector2(6, -11)), ground + (size * new Vector2(6, -16)), size * 2.6f, new(0.24f, 0.48f, 0.26f));
                break;
            case SceneObject.Flowers:
                for (var i = 0; i < 14; i++)
                {
                    canvas.Disc(ground + new Vector2(random.Between(-14, 14), random.Between(-6, 6)), size * 1.4f, colour);
                }

                break;
            case SceneObject.Rock:
                canvas.Ellipse(ground, size * 9, size * 5.5f, random.Between(-0.3, 0.3), new(0.42f, 0.41f, 0.40f));
                canvas.Ellipse(ground + new Vector2(-1.5f, -1.5f), size * 5, size * 2.6f, -0.2f, new(0.58f, 0.57f, 0.55f), 0.7f, 3);
                break;
            default:
                canvas.Triangle(air + (size * new Vector2(0, -7)), air + (size * new Vector2(-5, 0)), air + (size * new Vector2(5, 0)), colour);
                canvas.Triangle(
                    air + (size * new Vector2(0, 9)), air + (size * new Vector2(-5, 0)), air + (size * new Vector2(5, 0)), colour * 0.75f);
                canvas.Wander(random, air + (size * new Vector2(0, 9)), 1.4f, 6, 3, 0.08f, 0.8f, new(0.2f), 0.7f);
                break;
        }
    }

    /// <summary>A conifer standing at <paramref name="foot"/>.</summary>
    internal static void PaintPine(Canvas canvas, Vector2 foot, float height, Vector3 colour)
    {
        canvas.Rectangle(foot + new Vector2(0, -height * 0.06f), height * 0.05f, height * 0.08f, 0, Wood);
        for (var tier = 0; tier < 3; tier++)
        {
            var (low, width) = (height * (0.12f + (0.26f * tier)), height * (0.30f - (0.07f * tier)));
            canvas.Triangle(
                foot - new Vector2(0, low + (height * 0.38f)), foot + new Vector2(-width, -low), foot + new Vector2(width, -low),
                colour * (1 + (0.12f * tier)));
        }
    }
}
