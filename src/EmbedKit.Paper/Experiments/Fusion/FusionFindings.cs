using EmbedKit.Protocols;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>What lines of the fusion table say, in sentences made from them: whatever the run, they agree with the digits that stand beside
/// them.</summary>
public static class FusionFindings
{
    private static readonly string[] Plain = ["image", "text", "early", "late"];
    private static readonly string LeakFree = Protocol.LeakFree.Text();

    /// <summary>Whether the published protocol, rerun, reads higher than the leak-free one: image, text, early and late at λ = 0.</summary>
    /// <param name="results">Lines of both protocols, of any tasks and encoders.</param>
    public static string Protocols(IReadOnlyList<FusionResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var pairs = Pairs(results, r => (r.Dataset, r.Encoder, r.Model), r => r.Protocol == Protocol.Published.Text(), r => r.Protocol == LeakFree);
        return pairs.Length == 0 ? "No model was run by both protocols."
            : $"Beside leak-free, reproduced is {Tally.Of(pairs).InWords("row")}. Reproduced less leak-free: {Tally.Spread(Differences(pairs))}.";
    }

    /// <summary>Which of two encoder pairs reads higher under each protocol, at λ = 0.</summary>
    /// <param name="results">Lines of both encoders.</param>
    /// <param name="first">Name of the one.</param>
    /// <param name="second">Name of the other.</param>
    public static string Encoders(IReadOnlyList<FusionResult> results, string first, string second)
    {
        ArgumentNullException.ThrowIfNull(results);
        string Of(Protocol protocol)
        {
            FusionResult[] own = [.. results.Where(r => r.Protocol == protocol.Text())];
            var pairs = Pairs(own, r => (r.Dataset, "", r.Model), r => r.Encoder == first, r => r.Encoder == second);
            var name = protocol == Protocol.Published ? "Reproduced" : "Leak-free";
            return pairs.Length == 0 ? $"{name}: no model was run on both {first} and {second}."
                : $"{name}: beside {second}, {first} is {Tally.Of(pairs).InWords("row")}; the difference is {Tally.Spread(Differences(pairs))}.";
        }

        return $"{Of(Protocol.Published)} {Of(Protocol.LeakFree)}";
    }

    /// <summary>Whether the better fusion beats the better single modality, and what the control of shuffled texts gives.</summary>
    /// <param name="results">Lines of one task and encoder.</param>
    /// <param name="title">What readers call the task.</param>
    public static string Fusion(IReadOnlyList<FusionResult> results, string title)
    {
        var clean = Clean(results);
        if (Better(clean, "image", "text") is not { } single || Better(clean, "early", "late") is not { } fused)
        {
            return $"{title}, leak-free: fusion and single modalities were not both run.";
        }

        var verdict = Score(fused) > Score(single)
            ? NumberText.Shown(fused.Lowest, 3) > NumberText.Shown(single.Highest, 3) ? "above every run of"
            : "above the mean of, but within the spread of,"
            : Beside(Score(fused), Score(single));
        var control = clean.TryGetValue(fused.Model + " shuffled", out var shuffled)
            ? $" With the texts of other rows it reaches {shuffled.InWords}." : "";
        return $"{title}, leak-free: the better fusion ({fused.Model}) reaches {fused.InWords}, {verdict} the better single modality "
            + $"({single.Model}: {single.InWords}).{control}";
    }

    /// <summary>What pairing every picture with the text of another row does to early fusion, and where that leaves it beside the picture
    /// alone.</summary>
    /// <param name="results">Lines of one task and encoder.</param>
    public static string Control(IReadOnlyList<FusionResult> results)
    {
        var clean = Clean(results);
        if (!clean.TryGetValue("early", out var early) || !clean.TryGetValue("early shuffled", out var shuffled)
            || !clean.TryGetValue("image", out var image))
        {
            return "The control was not run.";
        }

        var change = Score(shuffled) - Score(early);
        return $"With the texts of other rows early fusion goes from {NumberText.Score(early.MacroF1)} to {NumberText.Score(shuffled.MacroF1)} "
            + $"({NumberText.Points(change)}): "
            + $"{(change < 0 ? "the text counts" : "nothing shows here that the text counts")}. "
            + $"That is {Beside(Score(shuffled), Score(image))} the picture alone ({NumberText.Score(image.MacroF1)}).";
    }

    /// <summary>Over all tasks and encoders: fusion against the better single modality, and early fusion with the texts of other rows.</summary>
    /// <param name="results">Lines of any protocol; the leak-free ones count.</param>
    public static string Overall(IReadOnlyList<FusionResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var groups = results.GroupBy(r => (r.Dataset, r.Encoder)).Select(g => (Name: $"{g.Key.Dataset}, {g.Key.Encoder}", Lines: Clean([.. g])))
            .ToArray();
        var fusion = (from g in groups
                      let single = Better(g.Lines, "image", "text")
                      let fused = Better(g.Lines, "early", "late")
                      where single is not null && fused is not null
                      select (Score(fused), Score(single))).ToArray();
        var shuffled = (from g in groups
                        where g.Lines.ContainsKey("early") && g.Lines.ContainsKey("early shuffled")
                        let pair = (First: Score(g.Lines["early shuffled"]), Second: Score(g.Lines["early"]))
                        orderby pair.First - pair.Second
                        select (g.Name, Pair: pair)).ToArray();
        string Change(int i) => $"{NumberText.Points(shuffled[i].Pair.First - shuffled[i].Pair.Second)} ({shuffled[i].Name})";
        return (fusion.Length == 0 ? "Leak-free, fusion and single modalities were not both run."
                : $"Leak-free, beside the better single modality the better fusion is {Tally.Of(fusion).InWords("row")}.")
            + (shuffled.Length == 0 ? "" : $" With the texts of other rows early fusion is {Tally.Of(shuffled.Select(s => s.Pair)).InWords("row")}: "
                + (shuffled.Length == 1 ? $"{Change(0)}." : $"{Change(0)} to {Change(shuffled.Length - 1)}."));
    }

    /// <summary>Published runs on embeddings of CLIP against those of DINOv2 + LLaMA-2: best macro-F1 on the test set.</summary>
    /// <param name="published">The published numbers.</param>
    /// <param name="dataset">By the kit's name.</param>
    public static string Published(PublishedNumbers published, string dataset)
    {
        ArgumentNullException.ThrowIfNull(published);
        var lines = from fusion in (string[])["early", "late"]
                    let clip = published.Result(dataset, "clip", fusion)?.BestMacroF1
                    let other = published.Result(dataset, "embeddings", fusion)?.BestMacroF1
                    select clip is null || other is null ? $"{fusion} not published for both"
                        : $"{fusion} {NumberText.Points(Shown(clip.Value) - Shown(other.Value))}";
        return $"Published on {dataset}, CLIP less DINOv2 + LLaMA-2: {string.Join(", ", lines)}.";
    }

    private static (double First, double Second)[] Pairs(
        IReadOnlyList<FusionResult> results, Func<FusionResult, (string, string, string)> key, Func<FusionResult, bool> first,
        Func<FusionResult, bool> second) =>
        [.. from one in results
            where first(one) && Plain.Contains(one.Model)
            from other in results
            where second(other) && key(other) == key(one)
            select (Score(one), Score(other))];

    private static IEnumerable<double> Differences((double First, double Second)[] pairs) => pairs.Select(p => p.First - p.Second);

    private static double Score(FusionResult result) => Shown(result.MacroF1);

    private static double Shown(double score) => NumberText.Shown(score, 3);

    private static Dictionary<string, FusionResult> Clean(IReadOnlyList<FusionResult> results) =>
        results.Where(r => r.Protocol == LeakFree).ToDictionary(r => r.Model);

    private static FusionResult? Better(Dictionary<string, FusionResult> lines, string first, string second) =>
        !lines.TryGetValue(first, out var one) || !lines.TryGetValue(second, out var other) ? null : Score(one) >= Score(other) ? one : other;

    private static string Beside(double value, double other) => value > other ? "above" : value < other ? "below" : "equal to";
}
