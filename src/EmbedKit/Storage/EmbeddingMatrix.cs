using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using EmbedKit.Runtime;

namespace EmbedKit.Storage;

/// <summary>
/// A dense N×D matrix, row-major: one embedding a row. Numbers are float32 to whoever reads them, and kept as float32 or as half precision. A
/// selection of rows shares the numbers of the matrix it was taken from.
/// </summary>
public sealed class EmbeddingMatrix
{
    private readonly float[]? _singles;
    private readonly Half[]? _halves;
    private readonly int[]? _selected;

    /// <summary>Wraps values; nothing is copied.</summary>
    /// <param name="rows">N, at least 0.</param>
    /// <param name="dimension">D, at least 1.</param>
    /// <param name="values">N·D values, row by row.</param>
    /// <exception cref="ArgumentException">The length is not N·D.</exception>
    public EmbeddingMatrix(int rows, int dimension, float[] values)
        : this(rows, dimension, values, null, null) => CheckLength(values, nameof(values));

    private EmbeddingMatrix(int rows, int dimension, float[]? singles, Half[]? halves, int[]? selected)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        (Rows, Dimension, _singles, _halves, _selected) = (rows, dimension, singles, halves, selected);
    }

    /// <summary>Writes one row.</summary>
    /// <param name="row">0-based.</param>
    /// <param name="target">D values, to be filled.</param>
    public delegate void RowWriter(int row, Span<float> target);

    /// <summary>N.</summary>
    public int Rows { get; }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>Whether the numbers are kept, and written to Parquet, in half precision (IEEE 754 binary16).</summary>
    public bool IsHalf => _halves is not null;

    /// <summary>N·D values, row-major: those that were wrapped, or, of a selection or of half precision, a new copy at every call.</summary>
    public float[] Values
    {
        get
        {
            if (_singles is not null && _selected is null)
            {
                return _singles;
            }

            var values = Allocate<float>(Rows, Dimension, "embeddings");
            for (var row = 0; row < Rows; row++)
            {
                CopyRow(row, values.AsSpan(row * Dimension, Dimension));
            }

            return values;
        }
    }

    /// <summary>Wraps half-precision values; nothing is copied.</summary>
    /// <param name="rows">N, at least 0.</param>
    /// <param name="dimension">D, at least 1.</param>
    /// <param name="values">N·D values, row by row.</param>
    /// <exception cref="ArgumentException">The length is not N·D.</exception>
    public static EmbeddingMatrix OfHalves(int rows, int dimension, Half[] values)
    {
        var matrix = new EmbeddingMatrix(rows, dimension, null, values, null);
        matrix.CheckLength(values, nameof(values));
        return matrix;
    }

    /// <summary>Makes a matrix row by row.</summary>
    /// <param name="rows">N, at least 0.</param>
    /// <param name="dimension">D, at least 1.</param>
    /// <param name="write">Writes each row.</param>
    public static EmbeddingMatrix Make(int rows, int dimension, RowWriter write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var values = Allocate<float>(rows, dimension, "embeddings");
        for (var row = 0; row < rows; row++)
        {
            write(row, values.AsSpan(row * dimension, dimension));
        }

        return new(rows, dimension, values);
    }

    /// <summary>One row: a view, or, in half precision, a copy.</summary>
    /// <param name="row">0-based.</param>
    public ReadOnlySpan<float> Row(int row)
    {
        if (_singles is not null)
        {
            return _singles.AsSpan(Stored(row) * Dimension, Dimension);
        }

        var copy = new float[Dimension];
        CopyRow(row, copy);
        return copy;
    }

    /// <summary>Copies one row.</summary>
    /// <param name="row">0-based.</param>
    /// <param name="target">D values.</param>
    public void CopyRow(int row, Span<float> target)
    {
        if (_singles is not null)
        {
            Row(row).CopyTo(target);
        }
        else
        {
            TensorPrimitives.ConvertToSingle(_halves.AsSpan(Stored(row) * Dimension, Dimension), target);
        }
    }

    /// <summary>The given rows, in the given order; numbers are shared, not copied.</summary>
    /// <param name="rows">0-based row numbers.</param>
    public EmbeddingMatrix Select(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new(rows.Count, Dimension, _singles, _halves, [.. rows.Select(Stored)]);
    }

    /// <summary>The matrix in float32, for work that reads rows again and again: itself where it is that.</summary>
    public EmbeddingMatrix ToSingle() => IsHalf ? new(Rows, Dimension, Values) : this;

    /// <summary>The matrix in half precision: every number rounded to the nearest half, ties to even; beyond 65,504 to infinity.</summary>
    public EmbeddingMatrix ToHalf()
    {
        if (IsHalf)
        {
            return this;
        }

        var halves = Allocate<Half>(Rows, Dimension, "embeddings");
        for (var row = 0; row < Rows; row++)
        {
            TensorPrimitives.ConvertToHalf(Row(row), halves.AsSpan(row * Dimension, Dimension));
        }

        return OfHalves(Rows, Dimension, halves);
    }

    /// <summary>Room for N·D numbers, the one place where it is taken.</summary>
    /// <param name="rows">N, at least 0.</param>
    /// <param name="dimension">D, at least 0.</param>
    /// <param name="what">What the numbers are, for the message.</param>
    /// <exception cref="InputException">There are more than one array holds, or than this machine has memory for.</exception>
    internal static T[] Allocate<T>(int rows, int dimension, string what)
        where T : unmanaged
    {
        var (numbers, available) = ((long)rows * dimension, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var bytes = (Int128)numbers * Unsafe.SizeOf<T>();
        return numbers > Array.MaxLength || bytes > available
            ? throw new InputException(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {rows:N0} rows of width {dimension:N0} take {(double)bytes / 1e9:0.#} GB of memory; expected at most "
                    + $"{Array.MaxLength:N0} numbers, and {available / 1e9:0.#} GB. Work on fewer rows at once."))
            : new T[numbers];
    }

    private int Stored(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return _selected is null ? row : _selected[row];
    }

    private void CheckLength(Array values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values.LongLength != (long)Rows * Dimension)
        {
            throw new ArgumentException($"{Rows}×{Dimension} needs {(long)Rows * Dimension} values, got {values.LongLength}.", name);
        }
    }
}
