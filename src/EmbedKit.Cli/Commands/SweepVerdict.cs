using EmbedKit.Experiments;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary>What a finished sweep says of alignment, in its last lines.</summary>
internal static class SweepVerdict
{
    /// <summary>Draws of the rows for the claim of the best λ; the tests themselves take 2,000.</summary>
    private const int Draws = 500;

    /// <summary>Prints a sentence a comparison, what the test rows would have claimed, or why nothing can be said.</summary>
    /// <returns>The verdicts, for <c>--json</c>.</returns>
    internal static object Print(TextWriter print, SweepOptions options, string path, RandomStreams random)
    {
        if (Silence(options) is { } reason)
        {
            print.WriteLine($"Is alignment real? Not asked: {reason}.");
            return Array.Empty<object>();
        }

        var predictions = SweepPredictions.Read(SweepPredictions.PathFor(path));
        var verdicts = AlignmentVerdicts.Of(
            predictions, random,
            string.Join(", ", new[] { options.Dataset, options.Encoder }.OfType<string>().DefaultIfEmpty(Path.GetFileNameWithoutExtension(path))));
        print.WriteLine("Is alignment real? λ chosen without the test rows, against λ = 0 on them:");
        foreach (var verdict in verdicts)
        {
            print.WriteLine($"  {verdict.InWords}");
            if (verdict is { OverFolds: { } t, RanksOverFolds: { } ranks })
            {
                print.WriteLine(
                    $"    over folds: t test corrected for shared training rows p = {NumberText.P(t.P)}, Wilcoxon p = {NumberText.P(ranks.P)}");
            }
        }

        print.WriteLine("Had the test rows chosen λ (a leak):");
        foreach (var curve in LambdaCurve.Of(predictions, random, Draws).Where(c => c.Points.Count > 1))
        {
            var name =
                $"{curve.Setting.Fusion}{(options.Aligners.Count > 1 ? $", {curve.Setting.Aligner}" : "")}"
                    + $"{(options.Sigmas.Count > 1 ? FormattableString.Invariant($", σ = {curve.Setting.Sigma:0.####}") : "")}";
            var luck = curve.EnoughGroups
                ? $"; the best of {curve.Points.Count} λ claims {NumberText.Points(curve.Claim.Expected)} when λ does nothing, and more than "
                    + $"{NumberText.Points(curve.Claim.High)} once in 20 times"
                : "; there are too few groups to say what it claims when λ does nothing";
            print.WriteLine($"  {name}: λ = {NumberText.Lambda(curve.Best.Lambda)} claims {NumberText.Points(curve.Claim.Observed)}{luck}");
        }

        print.WriteLine(verdicts.Any(v => v.Groups is null)
            ? "Rows count as independent here: where several belong to one patient, lesion or city, the intervals are too narrow. Give a group_id."
            : "Whole groups were drawn and swapped; seeds are averaged in every draw and count as no evidence.");
        return verdicts.Select(v => new
        {
            v.Title,
            chosenBy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(v.Selection.ToString()),
            v.Lambdas,
            v.Test.Difference,
            v.Test.Interval.Low,
            v.Test.Interval.High,
            v.Test.P,
            v.Test.AdjustedP,
            v.Judgement,
        }).ToArray();
    }

    private static string? Silence(SweepOptions options) =>
        !options.KeepPredictions ? "predictions were not kept"
        : options.LeaksInForce.SelectEpochOnTest
        ? "under the published protocol the test rows choose the epoch, so they can test nothing; use --protocol leak-free"
        : !options.Aligners.Any(Alignment.Aligners.UsesLambda) || !options.Lambdas.Contains(0) ? "the grid holds no λ = 0 to compare with"
        : options.Lambdas.Distinct().Count() < 2 ? "the grid holds λ = 0 alone, and no other to compare it with" : null;
}
