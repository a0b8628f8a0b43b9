using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>A constant step for each modality, then unit length again: n(x + offset), on joined rows in native memory.</summary>
/// <remarks>The same as the alignment's own transform, for rows that only exist as tensors: minibatches with fresh noise.</remarks>
internal sealed class RowShift : IDisposable
{
    private readonly Tensor _offset;
    private readonly int _textWidth;
    private readonly int _imageWidth;

    /// <summary>Takes the steps of the modalities in use; an empty array leaves a modality out.</summary>
    internal RowShift(float[] text, float[] image, ScalarType dtype = ScalarType.Float32)
    {
        _offset = tensor([.. text, .. image], dtype: dtype).DetachFromDisposeScope();
        (_textWidth, _imageWidth) = (text.Length, image.Length);
    }

    /// <summary>Shifts joined rows (N×(text + image)) into new ones.</summary>
    internal Tensor Apply(Tensor rows)
    {
        var moved = rows + _offset;
        return _textWidth == 0 || _imageWidth == 0
            ? Normalize(moved)
            : cat([Normalize(moved.narrow(1, 0, _textWidth)), Normalize(moved.narrow(1, _textWidth, _imageWidth))], 1);
    }

    public void Dispose() => _offset.Dispose();

    private static Tensor Normalize(Tensor rows) => rows / rows.norm(1, keepdim: true);
}
