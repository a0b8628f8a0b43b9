using EmbedKit.Alignment;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>A constant step for each modality, then unit length again: n(x + step), on joined rows in native memory.</summary>
/// <remarks>The same as <see cref="FittedShift.Shift"/>, for rows that only exist as tensors: minibatches with fresh noise.</remarks>
internal sealed class RowShift : IDisposable
{
    private readonly Tensor _step;
    private readonly int _textWidth;
    private readonly int _imageWidth;
    private readonly bool _renormalize;

    private RowShift(double[] text, double[] image, bool renormalize, ScalarType dtype)
    {
        _step = tensor([.. text, .. image], dtype: dtype).DetachFromDisposeScope();
        (_textWidth, _imageWidth, _renormalize) = (text.Length, image.Length, renormalize);
    }

    /// <summary>The steps of the modalities that a kind reads.</summary>
    internal static RowShift Of(FittedShift shift, FusionOptions fusion, ScalarType dtype = ScalarType.Float32)
    {
        double[] Steps(bool used, double amount) => used ? [.. shift.Vector.Select(v => v * amount)] : [];
        return new(
            Steps(fusion.UsesText, shift.Options.Lambda / 2), Steps(fusion.UsesImage, -shift.Options.Lambda / 2), shift.Options.Renormalize, dtype);
    }

    /// <summary>Shifts joined rows (N×(text + image)) into new ones.</summary>
    internal Tensor Apply(Tensor rows)
    {
        var moved = rows.Plus(_step);
        return !_renormalize ? moved
            : _textWidth == 0 || _imageWidth == 0 ? Normalize(moved)
            : cat([Normalize(moved.narrow(1, 0, _textWidth)), Normalize(moved.narrow(1, _textWidth, _imageWidth))], 1);
    }

    public void Dispose() => _step.Dispose();

    private static Tensor Normalize(Tensor rows) => rows / rows.norm(1, keepdim: true);
}
