namespace EmbedKit.Tokenizers.PreTokenizers;

/// <summary>What becomes of a match when a text is cut at matches; names as in <c>tokenizer.json</c>.</summary>
internal enum SplitBehaviour
{
    /// <summary>It is dropped.</summary>
    Removed,

    /// <summary>It is a piece of its own.</summary>
    Isolated,

    /// <summary>It ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>It begins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Neighbouring matches are one piece.</summary>
    Contiguous,
}

/// <summary>A stretch of a text that a pattern matched, or one between matches.</summary>
internal readonly record struct Stretch(int Start, int End, bool IsMatch);

/// <summary>Makes pieces of stretches.</summary>
internal static class Stretches
{
    /// <summary>Cuts a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="stretches">Stretches that cover its text in order.</param>
    /// <param name="behaviour">What becomes of matches.</param>
    internal static IEnumerable<TextPiece> Cut(TextPiece piece, IEnumerable<Stretch> stretches, SplitBehaviour behaviour)
    {
        var merged = new List<Stretch>();
        var previousMatch = false;
        foreach (var stretch in stretches.Where(s => s.End > s.Start))
        {
            var joins = merged.Count > 0 && behaviour switch
            {
                SplitBehaviour.MergedWithPrevious => stretch.IsMatch && !previousMatch,
                SplitBehaviour.MergedWithNext => !stretch.IsMatch && previousMatch,
                SplitBehaviour.Contiguous => stretch.IsMatch == previousMatch,
                _ => false,
            };
            if (joins)
            {
                merged[^1] = merged[^1] with { End = stretch.End };
            }
            else if (behaviour != SplitBehaviour.Removed || !stretch.IsMatch)
            {
                merged.Add(stretch);
            }

            previousMatch = stretch.IsMatch;
        }

        return merged.Select(s => new TextPiece(piece.Text[s.Start..s.End], piece.IsFirst && s.Start == 0));
    }
}
