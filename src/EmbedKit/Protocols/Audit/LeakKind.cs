using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>Ways in which a table can tell a model the label without the model having learned anything.</summary>
public enum LeakKind
{
    /// <summary>Rows of one group (lesion, patient, city) stand on both sides of the split.</summary>
    Group,

    /// <summary>The same or nearly the same image stands on both sides of the split.</summary>
    Duplicate,

    /// <summary>The text says the label, or something that was decided together with the label.</summary>
    Text,

    /// <summary>Whether a cell is empty depends on the label.</summary>
    Missingness,

    /// <summary>Where or with what a row was recorded tells the label.</summary>
    Site,

    /// <summary>A column was computed with the help of test rows.</summary>
    TargetFit,
}

/// <summary>The written forms of <see cref="LeakKind"/>.</summary>
public static class LeakKindText
{
    /// <summary><c>group</c>, <c>duplicate</c>, <c>text</c>, <c>missingness</c>, <c>site</c> or <c>target-fit</c>.</summary>
    /// <param name="kind">The kind.</param>
    public static string Text(this LeakKind kind) => kind switch
    {
        LeakKind.Group => "group",
        LeakKind.Duplicate => "duplicate",
        LeakKind.Text => "text",
        LeakKind.Missingness => "missingness",
        LeakKind.Site => "site",
        LeakKind.TargetFit => "target-fit",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of leak."),
    };

    /// <summary>Reads a written kind.</summary>
    /// <param name="text">The word.</param>
    /// <exception cref="InputException">Any other word.</exception>
    public static LeakKind Parse(string text) => Enum.GetValues<LeakKind>().Cast<LeakKind?>().FirstOrDefault(k => k!.Value.Text() == text)
        ?? throw new InputException($"no kind of leak '{text}'; expected {string.Join(", ", Enum.GetValues<LeakKind>().Select(Text))}.");
}
