using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>The caption of a scene: some of its objects, the light, what goes on; never the name of the class. At most 30 words.</summary>
internal static class GeneralText
{
    internal static readonly string[][] Times =
        [["morning", "in the morning", "early in the day"], ["noon", "at noon", "in bright sun"], ["sunset", "at sunset", "in the evening light"],
            ["night", "at night", "under the moon"]];

    // What goes on, by class.
    private static readonly string[][] Activities =
    [
        ["people swim", "children build castles", "a fisherman rests"], ["a caravan passes", "wind moves dry grass", "travellers look for water"],
        ["someone gathers mushrooms", "deer hide", "a woodcutter works"], ["cows graze", "a family has a picnic", "children run"],
        ["hikers climb", "snow melts", "an eagle circles"], ["people shop", "buses wait", "a band plays"],
    ];

    internal static string Write(GeneralScene scene, SeededRandom random)
    {
        var seen = random.Order(scene.Objects.Length)[..Math.Min(scene.Objects.Length, random.Next(1, 4))];
        var things = seen.Select(i => Thing(scene.Objects[i], GeneralScene.ColourNames[scene.Colours[i]])).Distinct().ToArray();
        var list = things.Length == 1 ? things[0] : $"{string.Join(", ", things[..^1])} and {things[^1]}";
        var time = random.Pick<string>(Times[(int)scene.Time].AsSpan(1));
        var activity = random.Pick<string>(Activities[scene.Activity]);
        return random.Next(4) switch
        {
            0 => $"A photo of {list} {time}: {activity}.",
            1 => $"{Capital(list)} {time}, while {activity}.",
            2 => $"{Capital(activity)} near {list}, {time}.",
            _ => $"A picture with {list}; {activity} {time}.",
        };
    }

    private static string Thing(SceneObject thing, string colour) => thing switch
    {
        SceneObject.Balloon or SceneObject.Boat or SceneObject.Car or SceneObject.House or SceneObject.Kite =>
            $"{(colour == "orange" ? "an" : "a")} {colour} {thing.Text()}",
        SceneObject.Flowers => $"{colour} flowers",
        _ => $"a {thing.Text()}",
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
