using EmbedKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>
/// BatchNorm1d with PyTorch's defaults (ε = 1e-5, momentum 0.1, learned scale and offset, running statistics). <c>nn.BatchNorm1d</c> counts
/// its batches with a native number that the garbage collector may free during the call (see <see cref="TensorArithmetic"/>).
/// </summary>
internal sealed class BatchNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Tensor _mean;
    private readonly Tensor _variance;
    private readonly Tensor _batches;

    /// <summary>Makes the layer for N×width inputs.</summary>
    internal BatchNorm(int width, ScalarType dtype)
        : base(nameof(BatchNorm))
    {
        (_weight, _bias) = (new(ones(width, dtype: dtype)), new(zeros(width, dtype: dtype)));
        (_mean, _variance, _batches) = (zeros(width, dtype: dtype), ones(width, dtype: dtype), zeros([], ScalarType.Int64));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
        register_buffer("running_mean", _mean);
        register_buffer("running_var", _variance);
        register_buffer("num_batches_tracked", _batches);
    }

    public override Tensor forward(Tensor input)
    {
        if (training)
        {
            _batches.Increment();
        }

        return nn.functional.batch_norm(input, _mean, _variance, _weight, _bias, training);
    }
}
