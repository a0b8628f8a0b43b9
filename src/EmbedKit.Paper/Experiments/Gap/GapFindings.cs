using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What the measures of cones and gaps say, in sentences made from them, an encoder at a time.</summary>
public static class GapFindings
{
    /// <summary>Whether image cones are narrower than that of a control: the mean cosine within images, data set by data set.</summary>
    /// <param name="results">All data sets and encoders.</param>
    /// <param name="control">The general-domain data set.</param>
    public static string Cones(IReadOnlyList<GapResult> results, string control) => EachEncoder(results, own =>
    {
        if (own.FirstOrDefault(r => r.Dataset == control) is not { } general)
        {
            return $"no {control} to compare with";
        }

        var sides = own.Where(r => r.Dataset != control)
            .GroupBy(r => NumberText.Shown(r.WithinImages, 3)
                .CompareTo(NumberText.Shown(general.WithinImages, 3)) switch
            { > 0 => "narrower", < 0 => "wider", _ => "as wide" })
            .Select(g => $"{g.Key} on {string.Join(", ", g.Select(r => $"{r.Dataset} ({NumberText.Score(r.WithinImages)})"))}");
        return $"beside the cone of {control} (mean cosine within images {NumberText.Score(general.WithinImages)}), that of pictures is "
            + $"{string.Join("; ", sides)}";
    });

    /// <summary>Where the two cones stand to each other: the angle of their means.</summary>
    /// <param name="results">All data sets and encoders.</param>
    public static string Angles(IReadOnlyList<GapResult> results) => EachEncoder(results, own =>
        $"the mean picture and the mean text stand at {Range(own.Select(r => r.AngleOfMeans), v => NumberText.Fixed(v, 0) + "°")}");

    /// <summary>Whether a picture is nearer to its own text than to others.</summary>
    /// <param name="results">All data sets and encoders.</param>
    public static string OwnPairs(IReadOnlyList<GapResult> results) => EachEncoder(results, own =>
        "beside the mean cosine between any two, that of a picture and its own text is "
            + $"{Tally.Of(own.Select(r => (r.OwnPair, r.Between))).InWords("data set")}");

    /// <summary>How much of the gap λ = 1 leaves.</summary>
    /// <param name="results">All data sets and encoders.</param>
    public static string Remainders(IReadOnlyList<GapResult> results) => EachEncoder(results, own =>
        $"after λ = 1 the gap is {Range(own.Select(r => r.GapAtOne), NumberText.Score)} long, "
            + $"{Range(own.Select(r => r.Remains), v => NumberText.Percent(v))} of what it is at λ = 0");

    /// <summary>How far the gap of the training rows is from that of all rows: what the leak of taking all rows could change.</summary>
    /// <param name="results">All data sets and encoders.</param>
    public static string Training(IReadOnlyList<GapResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return results.Count == 0 ? "No gap was measured."
            : results.MaxBy(r => Math.Abs(r.GapOfTraining - r.Gap) / r.Gap) is { } most
                ? "Learned from training rows alone, the gap differs in length by at most "
                    + $"{NumberText.Percent(Math.Abs(most.GapOfTraining - most.Gap) / most.Gap, 1)} ({most.Dataset}, {most.Encoder})."
                : "";
    }

    private static string EachEncoder(IReadOnlyList<GapResult> results, Func<GapResult[], string> sentence)
    {
        ArgumentNullException.ThrowIfNull(results);
        return results.Count == 0 ? "No gap was measured."
            : string.Join("\n", results.GroupBy(r => r.Encoder).Select(g => $"{g.Key}: {sentence([.. g])}."));
    }

    private static string Range(IEnumerable<double> values, Func<double, string> text)
    {
        var (low, high) = (text(values.Min()), text(values.Max()));
        return low == high ? low : $"{low} to {high}";
    }
}
