namespace EmbedKit.Report;

/// <summary>One line of "published | reproduced | leak-free"; a null cell is shown as "not published" or "not run".</summary>
/// <param name="What">What the numbers are, e.g. "early fusion, macro-F1".</param>
/// <param name="Published">The number as published, with the data set it belongs to.</param>
/// <param name="Source">Where it stands; needed with <paramref name="Published"/>.</param>
/// <param name="Reproduced">By the published protocol, leaks included.</param>
/// <param name="LeakFree">By the leak-free protocol.</param>
public sealed record ComparisonRow(string What, string? Published, string? Source, string? Reproduced, string? LeakFree);
