using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets.Prompts;

/// <summary>
/// Reads a template's lines: first the text, whose lines are joined by one space; then a section <c>[column]</c> for each field that is not
/// written as it stands. Lines that begin with # are remarks.
/// </summary>
internal sealed class PromptParser(string name)
{
    private readonly Dictionary<string, PromptField> _rules = new(StringComparer.Ordinal);
    private readonly List<(string Text, int Line)> _text = [];
    private string[] _section = [];
    private int _line;

    internal IReadOnlyList<PromptPart> Parse(string text)
    {
        foreach (var line in text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n'))
        {
            _line++;
            Read(line.Trim());
        }

        var parts = Parts();
        if (parts.All(p => p.Field is null))
        {
            throw new InputException($"{name}: no {{field}} in the text; expected at least one column name in braces before the first [section].");
        }

        return _rules.Values.FirstOrDefault(rule => parts.All(p => p.Field?.Column != rule.Column)) is { } unused
            ? throw new InputException(
                $"{name} line {unused.Line}: section [{unused.Column}] belongs to no field of the text{Nearest(unused.Column, parts)}.")
            : parts;
    }

    private void Read(string line)
    {
        if (line.Length == 0 || line[0] == '#')
        {
            return;
        }

        if (line[0] == '[')
        {
            StartSection(line);
        }
        else if (_section.Length == 0)
        {
            _text.Add((line, _line));
        }
        else
        {
            ReadRule(line);
        }
    }

    private void StartSection(string line)
    {
        _section = line[^1] == ']' ? line[1..^1].Split(',', StringSplitOptions.TrimEntries)
            : throw Bad("[ without ]", "[column], or [column, column]");
        foreach (var column in _section)
        {
            if (column.Length == 0 || !_rules.TryAdd(column, new(column, _line)))
            {
                throw Bad($"section [{column}] {(column.Length == 0 ? "names no column" : "appears twice")}", "each column once");
            }
        }
    }

    private void ReadRule(string line)
    {
        var at = line.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0)
        {
            throw Bad($"'{line}'", "value = text, missing = text, otherwise = text, or write = whole number|decimal");
        }

        var (key, text) = (line[..at].TrimEnd(), line[(at + 1)..].TrimStart());
        foreach (var column in _section)
        {
            var rule = _rules[column];
            _rules[column] = key switch
            {
                "missing" => rule with { Missing = text },
                "otherwise" => rule with { Otherwise = text },
                "write" => rule with { Number = NumberForm(text) },
                _ => rule with { Values = [.. rule.Values, (key, text)] },
            };
        }
    }

    private PromptNumber NumberForm(string text) => text switch
    {
        "whole number" => PromptNumber.Whole,
        "decimal" => PromptNumber.Decimal,
        _ => throw Bad($"write = {text}", "whole number or decimal"),
    };

    /// <summary>The text cut at its fields; {{ and }} are braces.</summary>
    private List<PromptPart> Parts()
    {
        var parts = new List<PromptPart>();
        foreach (var (line, number) in _text)
        {
            _line = number;
            parts.Add(new(parts.Count == 0 ? "" : " ", null));
            for (var rest = line; rest.Length > 0;)
            {
                var at = rest.AsSpan().IndexOfAny('{', '}');
                if (at < 0)
                {
                    parts.Add(new(rest, null));
                    break;
                }

                parts.Add(new(rest[..at], null));
                var doubled = at + 1 < rest.Length && rest[at + 1] == rest[at];
                var end = doubled ? at + 1 : rest.IndexOf('}', at);
                if (!doubled && (rest[at] == '}' || end < 0 || end == at + 1))
                {
                    throw Bad($"'{rest[at]}' without its partner or a name", "{column}; {{ and }} for braces");
                }

                parts.Add(doubled ? new(rest[at].ToString(), null) : new("", FieldOf(rest[(at + 1)..end])));
                rest = rest[(end + 1)..];
            }
        }

        return parts;
    }

    private PromptField FieldOf(string column) =>
        (_rules.TryGetValue(column, out var rule) ? rule : new PromptField(column, _line)) with { Line = _line };

    private static string Nearest(string column, List<PromptPart> parts) =>
        InputException.Nearest(column, parts.Select(p => p.Field?.Column).OfType<string>()) is { Count: > 0 } nearest
            ? $"; did you mean {string.Join(" or ", nearest)}?" : "";

    private InputException Bad(string what, string expected) => new($"{name} line {_line}: {what}; expected {expected}.");
}
