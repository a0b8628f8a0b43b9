namespace EmbedKit.Tokenizers.Models;

/// <summary>Finds which of many strings a text goes on with at some place.</summary>
internal sealed class PieceTrie
{
    private readonly Dictionary<(int Node, char Next), int> _edges = [];
    private readonly Dictionary<int, int> _values = [];
    private int _nodes = 1;

    /// <summary>Adds a string; a later value for the same one replaces it.</summary>
    internal void Add(string piece, int value)
    {
        var node = 0;
        foreach (var c in piece)
        {
            if (!_edges.TryGetValue((node, c), out var next))
            {
                _edges[(node, c)] = next = _nodes++;
            }

            node = next;
        }

        _values[node] = value;
    }

    /// <summary>The longest string that begins at a place; length 0 where none does.</summary>
    internal (int Length, int Value) LongestAt(string text, int start)
    {
        var (node, longest) = (0, (Length: 0, Value: 0));
        for (var at = start; at < text.Length && _edges.TryGetValue((node, text[at]), out node); at++)
        {
            if (_values.TryGetValue(node, out var value))
            {
                longest = (at + 1 - start, value);
            }
        }

        return longest;
    }

    /// <summary>Lengths and values of the strings that begin at a place, shortest first.</summary>
    internal IEnumerable<(int Length, int Value)> At(string text, int start)
    {
        var node = 0;
        for (var at = start; at < text.Length && _edges.TryGetValue((node, text[at]), out node); at++)
        {
            if (_values.TryGetValue(node, out var value))
            {
                yield return (at + 1 - start, value);
            }
        }
    }
}
