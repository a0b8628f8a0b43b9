using System.Text;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets.Prompts;

/// <summary>
/// A text with named fields, filled from the columns of a table: the prompt of a data set, kept as a file that anybody can edit
/// (<c>data/prompts/README.md</c> has the rules).
/// </summary>
public sealed class PromptTemplate
{
    private readonly IReadOnlyList<PromptPart> _parts;

    private PromptTemplate(string name, IReadOnlyList<PromptPart> parts) => (Name, _parts) = (name, parts);

    /// <summary>The file's name, for messages and the data card.</summary>
    public string Name { get; }

    /// <summary>The columns it reads, each once, in the order in which they first appear.</summary>
    public IReadOnlyList<string> Columns => [.. _parts.Select(p => p.Field?.Column).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Reads a template file.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <exception cref="InputException">No such file, or a line that breaks the rules; the message names it.</exception>
    public static PromptTemplate Read(string path) => File.Exists(path)
        ? Parse(RegularFile.ReadText(path, "a prompt template"), Path.GetFileName(path))
        : throw new InputException(
            $"{path}: {BrokenLink.Describe(path) ?? "no such file"}; expected a prompt template, or one of the words published and leak-free.");

    /// <summary>Reads a template from its text.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="InputException">A line breaks the rules; the message names it.</exception>
    public static PromptTemplate Parse(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(name, new PromptParser(name).Parse(text));
    }

    /// <summary>The text of every row (N).</summary>
    /// <param name="table">A table that has the template's columns.</param>
    /// <exception cref="InputException">A column is missing (the message names template, line, field and the nearest columns), or a cell has no
    /// text.</exception>
    public string[] Render(TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var columns = _parts.Select(p => p.Field is { } field ? CellsOf(field, table) : null).ToArray();
        var text = new StringBuilder();
        var rows = new string[table.RowCount];
        for (var row = 0; row < rows.Length; row++)
        {
            text.Clear();
            for (var i = 0; i < columns.Length; i++)
            {
                text.Append(
                    _parts[i].Field is { } field ? field.Write(columns[i]![row], Name, $"{table.Source} row {table.FileRow(row)}") : _parts[i].Text);
            }

            rows[row] = text.ToString();
        }

        return rows;
    }

    private string[] CellsOf(PromptField field, TextTable table)
    {
        if (table.Contains(field.Column))
        {
            return table[field.Column];
        }

        var nearest = InputException.Nearest(field.Column, table.ColumnNames);
        throw new InputException($"{Name} line {field.Line}: field {{{field.Column}}} names no column of {table.Source}; "
            + (nearest.Count > 0 ? $"did you mean {string.Join(" or ", nearest)}?" : $"there are: {string.Join(", ", table.ColumnNames.Take(20))}."));
    }
}

/// <summary>A piece of a template: text as it stands, or a field.</summary>
internal readonly record struct PromptPart(string Text, PromptField? Field);
