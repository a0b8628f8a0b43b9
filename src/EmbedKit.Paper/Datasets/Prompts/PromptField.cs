using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets.Prompts;

/// <summary>How one <c>{field}</c> of a template becomes text.</summary>
/// <param name="Column">The column it is read from.</param>
/// <param name="Line">The template line that first names it, for messages.</param>
internal sealed record PromptField(string Column, int Line)
{
    /// <summary>Stands for the cell in a replacement.</summary>
    internal const string ValueMark = "{value}";

    /// <summary>Replacements of single values, in order; numbers are compared as numbers (1 and 1.0 are the same).</summary>
    internal IReadOnlyList<(string Cell, string Text)> Values { get; init; } = [];

    /// <summary>What stands for an empty cell; without it, <see cref="Otherwise"/> does when it does not show the cell.</summary>
    internal string? Missing { get; init; }

    /// <summary>What stands for every other value.</summary>
    internal string? Otherwise { get; init; }

    /// <summary>How numbers are written where the cell is shown.</summary>
    internal PromptNumber Number { get; init; }

    /// <summary>The text of a cell.</summary>
    /// <exception cref="InputException">Nothing says what to write for it.</exception>
    internal string Write(string cell, string template, string where)
    {
        if (MissingCell.Is(cell))
        {
            return Missing
                ?? (Otherwise?.Contains(ValueMark, StringComparison.Ordinal) == false ? Otherwise
                    : throw Refuse("is empty", $"a line 'missing = …' below [{Column}] in {template}", where));
        }

        foreach (var (known, text) in Values)
        {
            if (known == cell || (PromptNumbers.Parse(known) is { } number && PromptNumbers.Parse(cell) == number))
            {
                return Show(text, cell, where);
            }
        }

        return Otherwise is not null || Values.Count == 0
            ? Show(Otherwise ?? ValueMark, cell, where)
            : throw Refuse(
                $"is '{cell}'", $"one of {string.Join(", ", Values.Select(v => v.Cell))}, or a line 'otherwise = …' below [{Column}] in {template}",
                where);
    }

    private string Show(string text, string cell, string where) => !text.Contains(ValueMark, StringComparison.Ordinal)
        ? text
        : text.Replace(ValueMark, PromptNumbers.Write(Number, cell) ?? throw Refuse($"is '{cell}'", "a number", where), StringComparison.Ordinal);

    private InputException Refuse(string what, string expected, string where) => new($"{where}: {Column} {what}; expected {expected}.");
}
