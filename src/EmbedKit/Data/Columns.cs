using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>How records of one kind stand in a table: its columns in order, each with its name and what a record has there.</summary>
/// <typeparam name="T">The record, a row.</typeparam>
/// <param name="source">The table's name, for messages and data frames, e.g. <c>gap.csv</c>.</param>
public sealed class Columns<T>(string source)
{
    private readonly List<(string Name, Func<T, string> Cell)> _columns = [];

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => [.. _columns.Select(c => c.Name)];

    /// <summary>Adds a column of text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cell">What a record has there; null is written as an empty cell.</param>
    public Columns<T> Text(string name, Func<T, string?> cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        _columns.Add((name, record => cell(record) ?? ""));
        return this;
    }

    /// <summary>Adds a column of numbers in the shortest form that reads back the same.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cell">What a record has there; null and NaN are written as an empty cell.</param>
    public Columns<T> Number(string name, Func<T, IFormattable?> cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return Text(name, record => cell(record) is { } value and not double.NaN ? value.ToString(null, CultureInfo.InvariantCulture) : null);
    }

    /// <summary>Adds a column of numbers for readers, with at most six digits after the point.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cell">What a record has there; null is written as an empty cell.</param>
    /// <param name="format">As .NET writes formats. Default: six digits after the point.</param>
    public Columns<T> Digits(string name, Func<T, double?> cell, string format = "0.000000")
    {
        ArgumentNullException.ThrowIfNull(cell);
        return Text(name, record => NumberText.Digits(cell(record), format));
    }

    /// <summary>Writes records as a table.</summary>
    /// <param name="records">A row each.</param>
    public TextTable ToTable(IReadOnlyList<T> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return new(Names, [.. _columns.Select(c => records.Select(c.Cell).ToArray())], source);
    }

    /// <summary>Writes one record.</summary>
    /// <param name="record">The record.</param>
    /// <returns>A cell a column.</returns>
    public IReadOnlyList<string> Cells(T record) => [.. _columns.Select(c => c.Cell(record))];
}
