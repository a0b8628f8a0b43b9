namespace EmbedKit.Report;

/// <summary>One line of "published | reproduced | leak-free"; what is null is shown as "not published" or "not run".</summary>
/// <param name="What">What the numbers are, e.g. "early fusion, macro-F1".</param>
/// <param name="Published">As published, with its <see cref="ComparisonNumber.DataSet"/> and <see cref="ComparisonNumber.Source"/>.</param>
/// <param name="Reproduced">By the published protocol, leaks included.</param>
/// <param name="LeakFree">By the leak-free protocol.</param>
public sealed record ComparisonRow(string What, ComparisonNumber? Published, ComparisonNumber? Reproduced, ComparisonNumber? LeakFree)
{
    /// <summary>The three numbers in words, in the order of the columns.</summary>
    internal (string Published, string Reproduced, string LeakFree) InWords =>
        (Published?.ToString() ?? "not published", Reproduced?.ToString() ?? "not run", LeakFree?.ToString() ?? "not run");
}
