using EmbedKit.Evaluation;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>
/// Bootstrap intervals of a ladder's scores and changes. Groups are drawn once for all steps, and each step is scored on those of its test rows
/// whose groups were drawn: steps with the same test rows are compared in pairs, and the two splits as far as their test rows share groups.
/// </summary>
internal static class LeakIntervals
{
    /// <summary>Intervals of the score and the change of each step of <see cref="LeakStep.All"/>; null where a side has too few groups to
    /// tell.</summary>
    internal static IReadOnlyList<(BootstrapInterval? Score, BootstrapInterval? Change)> Of(IReadOnlyList<LeakRun> runs, SeededRandom random)
    {
        bool[] enough = [.. runs.Select(r => r.Groups.Distinct(StringComparer.Ordinal).Count() >= PairedComparison.FewestUnits)];
        if (!enough.Any(e => e))
        {
            return [.. runs.Select(_ => ((BootstrapInterval?)null, (BootstrapInterval?)null))];
        }

        // All steps' rows one after another; a group's rows in all steps are drawn together.
        string[] groups = [.. runs.SelectMany(r => r.Groups)];
        (int Step, int Row)[] places = [.. runs.SelectMany((r, step) => Enumerable.Range(0, r.Groups.Count).Select(row => (step, row)))];
        var drawn = runs.Select(_ => new List<int>()).ToArray();
        double[] Statistics(int[] rows)
        {
            Array.ForEach(drawn, d => d.Clear());
            foreach (var place in rows)
            {
                drawn[places[place].Step].Add(places[place].Row);
            }

            double[] scores = [.. runs.Select((run, step) => run.MacroF1On(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(drawn[step])))];
            return [.. scores, .. scores.Select((score, step) => LeakStep.All[step].From is { } from ? score - scores[from] : 0)];
        }

        var intervals = Bootstrap.Intervals(groups.Length, groups, Statistics, random, method: IntervalMethod.Bca);
        return
        [
            .. runs.Select((_, step) => (
                enough[step] ? intervals[step] : null,
                LeakStep.All[step].From is { } from && enough[step] && enough[from] ? intervals[runs.Count + step] : null)),
        ];
    }
}
