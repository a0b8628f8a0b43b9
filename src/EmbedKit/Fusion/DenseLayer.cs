using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>
/// A linear layer x·Wᵗ + b with PyTorch's default initialisation, drawn from the generator it is given: <c>nn.Linear</c> draws from the
/// process-wide one, and models that start in parallel threads would then depend on each other.
/// </summary>
internal sealed class DenseLayer : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    /// <summary>Makes the layer: weight (out×in) and bias (out), both uniform in ±1/√in (what Kaiming with a = √5 comes to).</summary>
    internal DenseLayer(int inputs, int outputs, Generator generator, ScalarType dtype)
        : base(nameof(DenseLayer))
    {
        var bound = 1 / Math.Sqrt(inputs);
        _weight = new(empty(outputs, inputs, dtype: dtype).uniform_(-bound, bound, generator));
        _bias = new(empty(outputs, dtype: dtype).uniform_(-bound, bound, generator));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);
}
