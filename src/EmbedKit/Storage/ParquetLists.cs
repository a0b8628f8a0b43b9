using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>Follows the levels of a list column, a value at a time, and names the row whose list is not as long as the others or not full.</summary>
internal sealed class ParquetLists(string column, Func<int, string> place)
{
    private readonly Dictionary<int, (int Count, int FirstRow)> _lengths = [];
    private int _row = -1;
    private int _length;
    private long _values;

    /// <summary>Takes the next levels.</summary>
    /// <returns>How many values came before.</returns>
    /// <exception cref="InputException">A null or empty list, or a null in one.</exception>
    internal long Take(ReadOnlySpan<short> definition, ReadOnlySpan<short> repetition, short full)
    {
        for (var i = 0; i < definition.Length; i++)
        {
            if (repetition[i] == 0)
            {
                EndRow();
                (_row, _length) = (_row + 1, 0);
            }

            if (definition[i] != full)
            {
                throw new InputException(
                    $"{place(Math.Max(0, _row))}: {column} is null or empty, or holds a null; expected a full list of numbers in every row.");
            }

            _length++;
        }

        var before = _values;
        _values += definition.Length;
        return before;
    }

    /// <summary>Checks that the column is complete.</summary>
    /// <exception cref="InputException">A list is longer or shorter than most.</exception>
    internal void End(int rows)
    {
        EndRow();
        if (_row + 1 != rows)
        {
            throw new InvalidDataException($"column {column} has {_row + 1} of {NumberText.Count(rows, "row")}");
        }

        if (_lengths.Count > 1)
        {
            var usual = _lengths.OrderByDescending(l => l.Value.Count).ThenBy(l => l.Value.FirstRow).First();
            var odd = _lengths.Where(l => l.Key != usual.Key).MinBy(l => l.Value.FirstRow);
            throw new InputException(
                $"{place(odd.Value.FirstRow)}: {column} has {NumberText.Count(odd.Key, "value")}, where most rows have {usual.Key}; expected lists "
                    + "of one length.");
        }
    }

    private void EndRow()
    {
        if (_row >= 0)
        {
            var (count, first) = _lengths.GetValueOrDefault(_length, (0, _row));
            _lengths[_length] = (count + 1, first);
        }
    }
}
