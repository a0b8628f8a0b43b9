using EmbedKit.Data;
using EmbedKit.Evaluation;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Experiments;

/// <summary>How often a picture of the test rows finds its own text, beside a blind guess.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Rows">Test rows, among which it searches.</param>
/// <param name="RecallAt1">Share found in first place, 0–1.</param>
/// <param name="Chance1">1 / rows.</param>
/// <param name="RecallAt5">Share found in the first five places.</param>
/// <param name="Chance5">5 / rows, 1 at most.</param>
public sealed record RetrievalResult(string Dataset, int Rows, double RecallAt1, double Chance1, double RecallAt5, double Chance5)
{
    /// <summary>Searches among the test rows.</summary>
    /// <param name="dataset">Name of the data set.</param>
    /// <param name="all">Rows of one space for both modalities, with a split.</param>
    public static RetrievalResult Of(string dataset, EmbeddingSet all)
    {
        ArgumentNullException.ThrowIfNull(all);
        var test = all.Select(all.RowsOf(Split.Test));
        return new(dataset, test.Count, Retrieval.RecallAt(test, 1), 1.0 / test.Count, Retrieval.RecallAt(test, 5), Math.Min(1, 5.0 / test.Count));
    }

    /// <summary>Whether the encoder finds what belongs together, in one sentence.</summary>
    /// <param name="results">One a data set.</param>
    public static string InWords(IReadOnlyList<RetrievalResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        static string Times(RetrievalResult r) => $"{NumberText.Fixed(r.RecallAt5 / r.Chance5, 1)} times chance ({r.Dataset})";
        if (results.Count == 0)
        {
            return "Nothing was searched.";
        }

        var (least, most) = (results.MinBy(r => r.RecallAt5 / r.Chance5)!, results.MaxBy(r => r.RecallAt5 / r.Chance5)!);
        return $"Beside chance, R@1 is {Tally.Of(results.Select(r => (r.RecallAt1, r.Chance1)), 4).InWords("data set")}. "
            + $"R@5 is {(least == most ? Times(most) : $"{Times(least)} to {Times(most)}")}.";
    }
}
