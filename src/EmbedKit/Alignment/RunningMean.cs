using System.Numerics.Tensors;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>The mean of rows that come in blocks, in float64: to the last bit the mean of all at once.</summary>
internal sealed class RunningMean
{
    private double[] _sum = [];
    private double[] _row = [];
    private int _rows;

    /// <summary>The mean of the rows so far (D).</summary>
    internal double[] Mean
    {
        get
        {
            var mean = new double[_sum.Length];
            TensorPrimitives.Divide(_sum, _rows, mean);
            return mean;
        }
    }

    internal void Add(EmbeddingMatrix block)
    {
        (_sum, _row) = _rows == 0 ? (new double[block.Dimension], new double[block.Dimension]) : (_sum, _row);
        for (var i = 0; i < block.Rows; i++)
        {
            TensorPrimitives.ConvertChecked<float, double>(block.Row(i), _row);
            TensorPrimitives.Add<double>(_sum, _row, _sum);
        }

        _rows += block.Rows;
    }
}

/// <summary>The gap between the modalities of rows that come in blocks, prepared already.</summary>
internal sealed class RunningGap
{
    internal RunningMean Image { get; } = new();

    internal RunningMean Text { get; } = new();

    /// <summary>Mean of image rows − mean of text rows so far (D).</summary>
    internal double[] Vector
    {
        get
        {
            var gap = Image.Mean;
            TensorPrimitives.Subtract<double>(gap, Text.Mean, gap);
            return gap;
        }
    }

    internal void Add(EmbeddingSet block)
    {
        Image.Add(block.RequireImage());
        Text.Add(block.RequireText());
    }
}
