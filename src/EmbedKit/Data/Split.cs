using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>Which part of a data set a row belongs to. Written as <c>train</c>, <c>val</c> and <c>test</c>.</summary>
public enum Split
{
    /// <summary>Rows a model may learn from.</summary>
    Train,

    /// <summary>Rows that choose between models (epoch, λ) and are never learned from.</summary>
    Validation,

    /// <summary>Rows that only measure.</summary>
    Test,
}

/// <summary>The written forms of <see cref="Split"/>.</summary>
public static class SplitText
{
    /// <summary><c>train</c>, <c>val</c> or <c>test</c>.</summary>
    /// <param name="split">The split.</param>
    public static string Text(this Split split) => split switch
    {
        Split.Train => "train",
        Split.Validation => "val",
        Split.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(split), split, "Not a split."),
    };

    /// <summary>The written forms of the splits of rows (N).</summary>
    /// <param name="splits">One a row.</param>
    public static string[] Texts(this IEnumerable<Split> splits) => [.. splits.Select(Text)];

    /// <summary>Reads a split; <c>validation</c> and <c>valid</c> count as <c>val</c>, and case does not matter.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="where">Where it stands, for the message, e.g. <c>labels.csv row 7</c>.</param>
    /// <exception cref="InputException">Any other text.</exception>
    public static Split Parse(string text, string where)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SameText.Trim(text).ToUpperInvariant() switch
        {
            "TRAIN" => Split.Train,
            "VAL" or "VALID" or "VALIDATION" => Split.Validation,
            "TEST" => Split.Test,
            _ => throw new InputException($"{where}: split is '{text}'; expected train, val or test."),
        };
    }
}
