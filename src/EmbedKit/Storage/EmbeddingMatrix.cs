namespace EmbedKit.Storage;

/// <summary>A dense N×D matrix of float32, row-major: one embedding a row.</summary>
public sealed class EmbeddingMatrix
{
    /// <summary>Wraps values; nothing is copied.</summary>
    /// <param name="rows">N, at least 0.</param>
    /// <param name="dimension">D, at least 1.</param>
    /// <param name="values">N·D values, row by row.</param>
    /// <exception cref="ArgumentException">The length is not N·D.</exception>
    public EmbeddingMatrix(int rows, int dimension, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != (long)rows * dimension)
        {
            throw new ArgumentException($"{rows}×{dimension} needs {(long)rows * dimension} values, got {values.LongLength}.", nameof(values));
        }

        (Rows, Dimension, Values) = (rows, dimension, values);
    }

    /// <summary>N.</summary>
    public int Rows { get; }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>N·D values, row-major.</summary>
    public float[] Values { get; }

    /// <summary>One row, as a view.</summary>
    /// <param name="row">0-based.</param>
    public Span<float> Row(int row) => Values.AsSpan(row * Dimension, Dimension);

    /// <summary>A copy with only the given rows, in the given order.</summary>
    /// <param name="rows">0-based row numbers.</param>
    public EmbeddingMatrix Select(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var selected = new EmbeddingMatrix(rows.Count, Dimension, new float[(long)rows.Count * Dimension]);
        for (var i = 0; i < rows.Count; i++)
        {
            Row(rows[i]).CopyTo(selected.Row(i));
        }

        return selected;
    }
}
