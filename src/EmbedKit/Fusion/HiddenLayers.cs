using System.Globalization;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>
/// Linear → ReLU → Dropout → BatchNorm1d, once per width; no width passes its input on. Parameters carry the names they have in the published PyTorch
/// models, where these four stand in one <c>nn.Sequential</c>: <c>0.weight</c>, <c>3.running_mean</c>, <c>4.weight</c>, …
/// </summary>
internal sealed class HiddenLayers : nn.Module<Tensor, Tensor>
{
    private readonly List<(DenseLayer Linear, BatchNorm Norm)> _layers = [];
    private readonly double _dropout;
    private readonly Generator _dropoutGenerator;

    internal HiddenLayers(int inputs, IReadOnlyList<int> widths, double dropout, Generator init, Generator dropoutGenerator, ScalarType dtype)
        : base(nameof(HiddenLayers))
    {
        (_dropout, _dropoutGenerator) = (dropout, dropoutGenerator);
        foreach (var width in widths)
        {
            var index = _layers.Count * 4;
            var layer = (new DenseLayer(inputs, width, init, dtype), new BatchNorm(width, dtype));
            register_module(index.ToString(CultureInfo.InvariantCulture), layer.Item1);
            register_module((index + 3).ToString(CultureInfo.InvariantCulture), layer.Item2);
            _layers.Add(layer);
            inputs = width;
        }

        Width = inputs;
    }

    /// <summary>Columns of what comes out.</summary>
    internal int Width { get; }

    public override Tensor forward(Tensor input)
    {
        foreach (var (linear, norm) in _layers)
        {
            var hidden = linear.forward(input).relu();
            input = norm.forward(training && _dropout > 0 ? hidden.Dropped(_dropout, _dropoutGenerator) : hidden);
        }

        return input;
    }
}
