using System.Numerics;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion.Stacked;

/// <summary>
/// K fusion models that start alike and differ in the λ of the gap shift alone, as one: a minibatch is read once and never shifted. Gradients
/// are written out instead of recorded, and every block of weights is updated while it is in the processor's cache.
/// </summary>
internal sealed class StackedModel<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly StackedLayer<T>[] _layers;
    private readonly StackedHead<T> _head;
    private readonly Tensor _gap;
    private readonly Generator _dropoutGenerator;
    private readonly double _dropout;
    private readonly int _outputs;
    private readonly AdamWOptions _optimizer;
    private T[] _features = [];
    private T[] _logits = [];
    private T[] _slopes = [];
    private T[] _gradients = [];
    private int _steps;

    /// <summary>Stacks K copies of a fresh model.</summary>
    /// <param name="model">The start that all share; one hidden layer.</param>
    /// <param name="gap">The modality gap (D), image minus text.</param>
    /// <param name="renormalize">Whether rows are of unit length after the shift.</param>
    /// <param name="lambdas">One λ per model.</param>
    /// <param name="optimizer">AdamW's numbers.</param>
    /// <param name="random">The streams the model was made from.</param>
    internal StackedModel(
        FusionModel model, double[] gap, bool renormalize, IReadOnlyList<double> lambdas, AdamWOptions optimizer, RandomStreams random)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Models = lambdas.Count;
        (_dropout, _outputs, _optimizer) = (model.Options.Dropout, model.Outputs, optimizer);
        _dropoutGenerator = new Generator(random.SeedOf("dropout"));
        var state = model.state_dict();
        T[] of = [.. gap.Select(T.CreateChecked)];
        T[] Steps(double side) => [.. lambdas.Select(l => T.CreateChecked(side * l / 2))];
        var (text, image) = (new StackedColumns<T>(of, Steps(1), 0, renormalize), new StackedColumns<T>(of, Steps(-1), model.TextWidth, renormalize));
        _layers = [.. Layout(model.Options.Kind, text, image).Select(l => new StackedLayer<T>(l.Name, l.Columns, state, Models))];
        _head = new(state, Models);
        double[] both = [.. model.TextWidth > 0 ? gap : [], .. model.ImageWidth > 0 ? gap : []];
        _gap = tensor(both, dtype: state["fc2.weight"].dtype).view(1, -1).DetachFromDisposeScope();
    }

    /// <summary>K.</summary>
    internal int Models { get; }

    private int FeatureWidth => _layers.Sum(l => l.Width);

    /// <summary>One training step of every model.</summary>
    /// <param name="rows">B×(text + image), clean or noisy, never shifted.</param>
    /// <param name="targets">B×C.</param>
    /// <param name="loss">The loss of a model, its mean over the minibatch.</param>
    /// <returns>The models' losses before the step, summed.</returns>
    internal double Step(Tensor rows, Tensor targets, FusionLoss loss)
    {
        using var joined = Multiply(rows);
        _steps++;
        var count = (int)rows.shape[0];
        var step = AdamWStep<T>.Of(_optimizer, _steps);
        var keep = _layers.Select(l => Keep(count, l.Width)).ToArray();
        var truth = StackedWeights<T>.Numbers(targets);
        var features = _features.AsSpan(0, count * FeatureWidth);
        var logits = _logits.AsSpan(0, count * _outputs);
        var slopes = _slopes.AsSpan(0, count * _outputs);
        var gradients = _gradients.AsSpan(0, count * FeatureWidth);
        var total = 0.0;
        for (var model = 0; model < Models; model++)
        {
            Features(model, keep, training: true, features);
            _head.Forward(model, features, logits);
            total += loss.Gradient(logits, truth, slopes);
            _head.Backward(model, slopes, features, gradients, step);
            var offset = 0;
            foreach (var layer in _layers)
            {
                layer.Backward(model, joined, gradients, FeatureWidth, offset, step);
                offset += layer.Width;
            }
        }

        return total;
    }

    /// <summary>Logits of every model, as after training.</summary>
    /// <param name="rows">N×(text + image), never shifted.</param>
    /// <param name="take">Takes a model's number and its N×C logits.</param>
    internal void Logits(Tensor rows, Action<int, ReadOnlySpan<T>> take)
    {
        using var joined = Multiply(rows);
        var count = (int)rows.shape[0];
        var features = _features.AsSpan(0, count * FeatureWidth);
        var logits = _logits.AsSpan(0, count * _outputs);
        for (var model = 0; model < Models; model++)
        {
            Features(model, [], training: false, features);
            _head.Forward(model, features, logits);
            take(model, logits);
        }
    }

    /// <summary>Copies one model's weights and BatchNorm buffers.</summary>
    /// <param name="index">Which of the K.</param>
    /// <param name="model">Takes them.</param>
    internal void CopyTo(int index, FusionModel model)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var state = model.state_dict();
        foreach (var layer in _layers)
        {
            layer.CopyTo(index, state);
        }

        _head.CopyTo(index, state);
        foreach (var (name, batches) in state.Where(s => s.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
        {
            batches.Fill(_steps);
        }
    }

    public void Dispose()
    {
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }

        _head.Dispose();
        _gap.Dispose();
        _dropoutGenerator.Dispose();
    }

    private static (string Name, StackedColumns<T>[] Columns)[] Layout(FusionKind kind, StackedColumns<T> text, StackedColumns<T> image) =>
        kind switch
        {
            FusionKind.Early => [("fc1", [text, image])],
            FusionKind.Late => [("text_fc", [text]), ("image_fc", [image])],
            FusionKind.Text => [("text_fc", [text])],
            _ => [("image_fc", [image])],
        };

    private Tensor Multiply(Tensor rows)
    {
        var joined = cat([rows, _gap], 0);
        foreach (var layer in _layers)
        {
            layer.Multiply(joined);
        }

        var count = (int)rows.shape[0];
        if (_features.Length < count * FeatureWidth)
        {
            (_features, _gradients) = (new T[count * FeatureWidth], new T[count * FeatureWidth]);
            (_logits, _slopes) = (new T[count * _outputs], new T[count * _outputs]);
        }

        return joined;
    }

    private void Features(int model, T[][] keep, bool training, Span<T> features)
    {
        var offset = 0;
        for (var i = 0; i < _layers.Length; i++)
        {
            _layers[i].Forward(model, keep.Length == 0 ? default : keep[i], training, features, FeatureWidth, offset);
            offset += _layers[i].Width;
        }
    }

    /// <summary>What dropout multiplies a minibatch's hidden values by, the same for every model; empty without dropout.</summary>
    private T[] Keep(int rows, int width)
    {
        if (_dropout == 0)
        {
            return [];
        }

        using var kept = empty(rows, width, dtype: _gap.dtype).bernoulli_(1 - _dropout, _dropoutGenerator).DivideInPlace(1 - _dropout);
        return StackedWeights<T>.Numbers(kept).ToArray();
    }
}
