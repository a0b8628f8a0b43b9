using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>What to audit, and by which columns. Columns left null are guessed from the table, and the report says what was guessed.</summary>
public sealed record AuditOptions
{
    /// <summary>The id column; null takes <c>image_id</c>, or a column named like one, or row numbers.</summary>
    public string? Id { get; init; }

    /// <summary>Label columns; empty takes the only <c>label_…</c> column, or a column named like a label.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The group column; null takes <c>group_id</c>, or a column named like a lesion, patient or city.</summary>
    public string? Group { get; init; }

    /// <summary>The text column; null takes <c>text</c>. Without one, every field is judged as if it were written into the text.</summary>
    public string? Text { get; init; }

    /// <summary>The split column; null takes <c>split</c>.</summary>
    public string? Split { get; init; }

    /// <summary>Further columns that whoever set the label recorded with it, beside those known from the paper's data sets
    /// (<see cref="KnownFields"/>).</summary>
    public IReadOnlyList<string> RecordedWithLabel { get; init; } = [];

    /// <summary>Further columns that say where or with what a row was recorded, beside those named like one.</summary>
    public IReadOnlyList<string> Sites { get; init; } = [];

    /// <summary>Times that labels are exchanged at random to see what chance gives. Default 20. What counts as a leak does not depend on it: those
    /// tests are exact.</summary>
    public int Permutations { get; init; } = 20;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InputException">A value is out of range.</exception>
    public void Validate()
    {
        if (Permutations is < 1 or > 10_000)
        {
            throw new InputException($"permutations are {Permutations}; expected 1 to 10000.");
        }
    }
}
