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

/// <summary>One vector a row of a block; zeros where a row has none.</summary>
internal sealed class BlockVectors(int count)
{
    /// <summary>D, or 0 while there is no vector.</summary>
    internal int Dimension { get; set; }

    /// <summary>count × D values.</summary>
    internal float[] Values { get; private set; } = [];

    internal Span<float> Row(int index) => Values.AsSpan(index * Dimension, Dimension);

    internal void Put(int index, ReadOnlySpan<float> vector)
    {
        if (Dimension == 0)
        {
            (Dimension, Values) = (vector.Length, new float[checked(count * vector.Length)]);
        }

        vector.CopyTo(Row(index));
    }

    /// <summary>Lets go of the values, once they are on disk.</summary>
    internal void Forget() => Values = [];
}
