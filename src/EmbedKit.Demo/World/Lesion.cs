using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>One lesion of one patient: what all its images and texts share.</summary>
internal sealed record Lesion(
    string Id, int Kind, LesionTraits Traits, int Age, string Sex, string Site, string DiagnosedBy, LesionHistory History)
{
    private static readonly string[] DiagnosisMethods = ["histo", "follow_up", "consensus", "confocal"];

    /// <summary>How the diagnosis was made, per class: counts in HAM10000, in the order of <see cref="DiagnosisMethods"/>. This is leak 2 of the
    /// published text.</summary>
    private static readonly double[][] DiagnosedByCounts =
        [[327, 0, 0, 0], [514, 0, 0, 0], [766, 0, 264, 69], [55, 0, 60, 0], [1113, 0, 0, 0], [2498, 3704, 503, 0], [67, 0, 75, 0]];

    internal static Lesion Draw(int kind, int number, RandomStreams streams, double variation)
    {
        var random = streams.Create($"lesion/{number}");
        var history = LesionHistory.Draw(kind, random);
        return new(
            $"DEMO_LESION_{number:D6}", kind, LesionTraits.Draw(kind, random, variation), history.Age, history.Male ? "male"
                : "female", history.Site,
            DiagnosisMethods[random.Weighted(DiagnosedByCounts[kind])], history);
    }
}
