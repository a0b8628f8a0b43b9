using System.Buffers;

namespace EmbedKit.Embedding.Extraction;

/// <summary>What is known of a run of rows once they are embedded: the unit that is kept, and that a killed run loses at most.</summary>
/// <param name="first">First row, 0-based, of the labels.</param>
/// <param name="count">Number of rows.</param>
internal sealed class ExtractionBlock(int first, int count)
{
    internal int First { get; } = first;

    internal int Count { get; } = count;

    /// <summary>Hash of each row's image file.</summary>
    internal ContentHash[] Hashes { get; } = new ContentHash[count];

    /// <summary>Why a row's image could not be read; null where it could.</summary>
    internal string?[] Reasons { get; } = new string?[count];

    /// <summary>Whether a row's text was cut to the context.</summary>
    internal bool[] Truncated { get; } = new bool[count];

    internal BlockVectors Image { get; } = new(count);

    internal BlockVectors Text { get; } = new(count);
}

/// <summary>One vector a row of a block; zeros where a row has none. Their memory is lent, so that a hundred blocks need that of one.</summary>
internal sealed class BlockVectors(int count)
{
    /// <summary>Not the shared pool: that keeps an array for each thread that ever gave one back.</summary>
    private static readonly ArrayPool<float> Pool = ArrayPool<float>.Create(maxArrayLength: 1 << 26, maxArraysPerBucket: 2);

    private float[] _values = [];

    /// <summary>D, or 0 while there is no vector.</summary>
    internal int Dimension { get; set; }

    /// <summary>count × D values, or none once they are forgotten.</summary>
    internal ReadOnlySpan<float> Values => _values.AsSpan(0, _values.Length == 0 ? 0 : count * Dimension);

    internal ReadOnlySpan<float> Row(int index) => Values.Slice(index * Dimension, Dimension);

    internal void Put(int index, ReadOnlySpan<float> vector)
    {
        if (_values.Length == 0)
        {
            (Dimension, _values) = (vector.Length, Pool.Rent(checked(count * vector.Length)));
            Array.Clear(_values);
        }

        vector.CopyTo(_values.AsSpan(index * Dimension, Dimension));
    }

    /// <summary>Lets go of the values, once they are on disk.</summary>
    internal void Forget()
    {
        if (_values.Length > 0)
        {
            Pool.Return(_values);
            _values = [];
        }
    }
}
