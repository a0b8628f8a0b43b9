using System.Numerics;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>Light of a scene.</summary>
internal enum TimeOfDay
{
    Morning,
    Noon,
    Sunset,
    Night,
}

/// <summary>Things that stand or fly in a scene.</summary>
internal enum SceneObject
{
    Boat,
    Balloon,
    Bird,
    Car,
    Tree,
    Pine,
    House,
    Tower,
    Cactus,
    Flowers,
    Rock,
    Kite,
}

internal static class SceneObjectText
{
    /// <summary>The object's name in a caption.</summary>
    internal static string Text(this SceneObject thing) => thing switch
    {
        SceneObject.Boat => "boat",
        SceneObject.Balloon => "balloon",
        SceneObject.Bird => "bird",
        SceneObject.Car => "car",
        SceneObject.Tree => "tree",
        SceneObject.Pine => "pine",
        SceneObject.House => "house",
        SceneObject.Tower => "tower",
        SceneObject.Cactus => "cactus",
        SceneObject.Flowers => "flowers",
        SceneObject.Rock => "rock",
        _ => "kite",
    };
}

/// <summary>What a scene holds. <paramref name="Backdrop"/> is the class that the land looks like; <paramref name="Activity"/> what the caption says
/// goes on.</summary>
internal sealed record GeneralScene(int Backdrop, TimeOfDay Time, SceneObject[] Objects, int[] Colours, int Activity)
{
    internal static readonly string[] Classes = ["coast", "desert", "forest", "meadow", "mountain", "town"];

    /// <summary>The colours that an object may have, in words and as <see cref="Paints"/>.</summary>
    internal static readonly string[] ColourNames = ["red", "blue", "yellow", "white", "green", "purple", "orange"];

    internal static readonly Vector3[] Paints =
        [new(0.85f, 0.16f, 0.15f), new(0.16f, 0.35f, 0.80f), new(0.97f, 0.83f, 0.20f), new(0.95f, 0.95f, 0.93f), new(0.20f, 0.62f, 0.30f),
            new(0.52f, 0.25f, 0.62f), new(0.96f, 0.55f, 0.14f)];

    /// <summary>Share of scenes whose land is that of any class. The handle on how hard images are.</summary>
    internal const double Lookalikes = 0.15;

    /// <summary>Share of activities drawn with equal chances. The handle on how hard captions are.</summary>
    internal const double TextOverlap = 0.2;

    /// <summary>Share of objects drawn with equal chances; they show in image and caption alike.</summary>
    internal const double ObjectOverlap = 0.2;

    // Rows: coast, desert, forest, meadow, mountain, town; columns as in SceneObject.
    private static readonly double[][] ObjectWeights =
    [
        [30, 5, 20, 3, 4, 1, 5, 4, 0, 0, 12, 16], [0, 14, 8, 8, 1, 0, 4, 3, 34, 2, 22, 4], [3, 2, 14, 3, 26, 32, 5, 1, 0, 8, 6, 0],
        [1, 10, 10, 4, 18, 3, 11, 1, 0, 28, 4, 11], [5, 8, 12, 3, 5, 22, 8, 3, 0, 5, 27, 2], [2, 6, 8, 28, 10, 1, 18, 22, 0, 4, 0, 1],
    ];

    internal static GeneralScene Draw(int kind, SeededRandom random, double variation)
    {
        var objects = new SceneObject[random.Next(2, 5)];
        for (var i = 0; i < objects.Length; i++)
        {
            objects[i] = (SceneObject)random.Weighted(ObjectWeights[kind], ObjectOverlap);
        }

        return new(
            random.Chance(Lookalikes * (0.5 + (0.5 * variation))) ? random.Next(Classes.Length) : kind,
            (TimeOfDay)random.Weighted([25, 40, 20, 15]),
            objects,
            [.. objects.Select(_ => random.Next(Paints.Length))],
            random.Chance(TextOverlap) ? random.Next(Classes.Length) : kind);
    }
}
