using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>The leak-free text of a lesion: who, where, its history, and one or two things that anybody sees. At most 45 words.</summary>
internal static class DermatoscopyText
{
    // Ways to say the same share their telling word, as people's words do.
    private static readonly string[][] Courses =
    [
        ["Unchanged for years", "It looks unchanged since long"],
        ["Growing slowly over years", "It has been growing slowly"],
        ["It changed in recent months", "In recent months it became different"],
        ["Present since childhood", "It has been there since childhood"],
        ["It appeared within weeks", "It came up a few weeks ago"],
        ["It heals and comes back", "It comes back again and again"],
    ];

    private static readonly string[][] Feelings =
    [
        ["no complaints", "causes no complaints"], ["feels rough", "rough to the touch"], ["itches at times", "often itches"],
        ["bleeds at times", "bleeds easily"], ["feels firm", "firm like a pea under the skin"], ["tender when pressed", "slightly tender"],
    ];

    private static readonly string[][] Backgrounds =
    [
        ["", ""], ["Worked outdoors for years.", "Works outdoors."], ["Sunburns in childhood.", "Had many sunburns."],
        ["Relatives have many spots.", "Many spots in relatives."], ["An insect bite there before.", "It followed an insect bite."],
    ];

    internal static string Write(Lesion lesion, SeededRandom random)
    {
        var history = lesion.History;
        var person = history.Male ? "man" : "woman";
        var who = random.Next(3) switch
        {
            0 => $"{history.Age} year old {person}, spot on the {history.Site}.",
            1 => $"A {person} aged {history.Age} shows a spot on the {history.Site}.",
            _ => $"Spot on the {history.Site} of a {person}, {history.Age} years.",
        };
        var told = $"{random.Pick<string>(Courses[history.Course])}, {random.Pick<string>(Feelings[history.Feeling])}.";
        var background = random.Pick<string>(Backgrounds[history.Background]);
        return string.Join(' ', new[] { who, told, background, Seen(lesion.Traits, random) }.Where(s => s.Length > 0));
    }

    /// <summary>What a lay eye sees: the colour always, outline or size in half of the texts. Coarse, and sometimes off by one.</summary>
    private static string Seen(LesionTraits traits, SeededRandom random)
    {
        var shade = (int)Math.Clamp((traits.Pigment * 4) + (0.5 * random.NextGaussian()), 0, 3);
        var colour = traits.Redness + (0.1 * random.NextGaussian()) > 0.6 ? random.Pick("red", "reddish")
            : new[] { "pink", "light brown", "brown", "dark brown" }[shade];
        var outline = traits.Irregularity + (0.15 * random.NextGaussian()) > 0.45 ? "uneven" : "round";
        var size = (traits.Size + (0.12 * random.NextGaussian())) switch { < 0.35 => "small", > 0.6 => "large", _ => "middle sized" };
        return random.Next(4) switch
        {
            0 => $"It looks {colour} and {outline}.",
            1 => $"It looks {colour} and {size}.",
            2 => $"A {colour} mark.",
            _ => $"A {size} {colour} mark, {outline}.",
        };
    }
}
