using EmbedKit.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>
/// K fusion models that start alike and differ in the λ of the gap shift alone, as one: their first layers stand in one matrix, so that a
/// minibatch is read once and never shifted.
/// </summary>
/// <remarks>
/// The shift is a step a·g along the gap and a division by the new length, so W·n(x + a·g) = (W·x + a·W·g)/‖x + a·g‖: one product on the
/// unshifted rows with g as one more row, then a step and a scale per model. ReLU and BatchNorm act on columns, dropout masks are those
/// of the separate models (which share a stream), the heads are one batched product: the same numbers as training K models apart.
/// </remarks>
internal sealed class StackedModel : IDisposable
{
    private readonly List<Branch> _branches = [];
    private readonly Parameter _headWeight;
    private readonly Parameter _headBias;
    private readonly double _dropout;
    private readonly Generator _dropoutGenerator;
    private readonly int _models;
    private int _steps;

    /// <summary>Stacks K copies of a fresh model.</summary>
    /// <param name="model">The start that all share; one hidden layer.</param>
    /// <param name="gap">The modality gap (D), image minus text.</param>
    /// <param name="lambdas">One λ per model.</param>
    /// <param name="random">The streams the model was made from.</param>
    internal StackedModel(FusionModel model, double[] gap, IReadOnlyList<double> lambdas, RandomStreams random)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        _models = lambdas.Count;
        _dropout = model.Options.Dropout;
        _dropoutGenerator = new Generator(random.SeedOf("dropout"));
        var state = model.state_dict();
        var dtype = state["fc2.weight"].dtype;
        var text = new Part(gap, [.. lambdas.Select(l => l / 2)], 0, model.TextWidth, dtype);
        var image = new Part(gap, [.. lambdas.Select(l => -l / 2)], model.TextWidth, model.ImageWidth, dtype);
        foreach (var (name, parts) in Layout(model.Options.Kind, text, image))
        {
            _branches.Add(new(name, parts, state, _models));
        }

        _headWeight = Learned(state["fc2.weight"].t().unsqueeze(0).repeat(_models, 1, 1));
        _headBias = Learned(state["fc2.bias"].reshape(1, 1, -1).repeat(_models, 1, 1));
    }

    /// <summary>What the optimiser updates.</summary>
    internal IEnumerable<Parameter> Parameters => [.. _branches.SelectMany(b => b.Parameters), _headWeight, _headBias];

    /// <summary>Logits of every model.</summary>
    /// <param name="rows">B×(text + image), clean or noisy, never shifted.</param>
    /// <param name="scales">From <see cref="Scales"/>, of these rows.</param>
    /// <param name="training">Whether BatchNorm takes the minibatch's statistics and dropout drops.</param>
    /// <returns>K×B×C.</returns>
    internal Tensor Forward(Tensor rows, IReadOnlyList<Tensor> scales, bool training)
    {
        _steps += training ? 1 : 0;
        var features = new List<Tensor>();
        var scale = 0;
        foreach (var branch in _branches)
        {
            Tensor? sum = null;
            foreach (var (part, weight) in branch.Parts)
            {
                var products = part.Rows(rows, withGap: true).mm(weight.t()).view(-1, _models, branch.Width);
                var count = products.shape[0] - 1;
                var shifted = products.narrow(0, 0, count).Plus(products.narrow(0, count, 1) * part.Steps) * scales[scale++];
                sum = sum is null ? shifted : sum.Plus(shifted);
            }

            var hidden = sum!.Plus(branch.Bias).relu();
            if (training && _dropout > 0)
            {
                hidden *= empty(hidden.shape[0], branch.Width, dtype: hidden.dtype).bernoulli_(1 - _dropout, _dropoutGenerator).DivideInPlace(1 - _dropout).unsqueeze(1);
            }

            features.Add(nn.functional.batch_norm(
                hidden.view(-1, _models * branch.Width), branch.Mean, branch.Variance, branch.Gamma, branch.Beta, training).view(-1, _models, branch.Width));
        }

        var joined = features.Count == 1 ? features[0] : cat(features, 2);
        return joined.permute(1, 0, 2).bmm(_headWeight).Plus(_headBias);
    }

    /// <summary>1/‖x + a·g‖ of every row for every model: one B×K×1 tensor per modality in use.</summary>
    internal List<Tensor> Scales(Tensor rows) => [.. _branches.SelectMany(b => b.Parts).Select(p => p.Part.Scale(rows))];

    /// <summary>Copies one model's weights and BatchNorm buffers.</summary>
    /// <param name="index">Which of the K.</param>
    /// <param name="model">Takes them.</param>
    internal void CopyTo(int index, FusionModel model)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var state = model.state_dict();
        foreach (var branch in _branches)
        {
            Tensor Slice(Tensor of) => of.view(_models, branch.Width, -1)[index];
            state[$"{branch.Name}.0.weight"].copy_(cat([.. branch.Parts.Select(p => Slice(p.Weight))], 1));
            foreach (var (name, tensor) in (IEnumerable<(string, Tensor)>)
                [("0.bias", branch.Bias), ("3.weight", branch.Gamma), ("3.bias", branch.Beta), ("3.running_mean", branch.Mean), ("3.running_var", branch.Variance)])
            {
                state[$"{branch.Name}.{name}"].copy_(Slice(tensor).view(-1));
            }

            state[$"{branch.Name}.3.num_batches_tracked"].Fill(_steps);
        }

        state["fc2.weight"].copy_(_headWeight[index].t());
        state["fc2.bias"].copy_(_headBias[index].view(-1));
    }

    public void Dispose()
    {
        _branches.ForEach(b => b.Dispose());
        _headWeight.Dispose();
        _headBias.Dispose();
        _dropoutGenerator.Dispose();
    }

    private static (string Name, Part[] Parts)[] Layout(FusionKind kind, Part text, Part image) => kind switch
    {
        FusionKind.Early => [("fc1", [text, image])],
        FusionKind.Late => [("text_fc", [text]), ("image_fc", [image])],
        FusionKind.Text => [("text_fc", [text])],
        _ => [("image_fc", [image])],
    };

    private static Parameter Learned(Tensor values) => (Parameter)new Parameter(values.contiguous().clone()).DetachFromDisposeScope();

    /// <summary>The columns of one modality, the gap, and how far each model steps along it.</summary>
    private sealed class Part(double[] gap, double[] steps, int start, int width, ScalarType dtype) : IDisposable
    {
        private readonly Tensor _gap = tensor(gap, dtype: dtype).view(1, -1).DetachFromDisposeScope();
        private readonly double _gapSquared = gap.Sum(v => v * v);

        /// <summary>K×1.</summary>
        internal Tensor Steps { get; } = tensor(steps, dtype: dtype).view(-1, 1).DetachFromDisposeScope();

        internal int Start => start;

        internal int Width => width;

        internal Tensor Rows(Tensor joined, bool withGap = false)
        {
            var rows = joined.narrow(1, start, width);
            return withGap ? cat([rows, _gap], 0) : rows;
        }

        /// <summary>‖x + a·g‖² = ‖x‖² + 2a·x·g + a²·‖g‖².</summary>
        internal Tensor Scale(Tensor joined)
        {
            var rows = Rows(joined);
            var squared = (rows * rows).sum(1).view(-1, 1, 1).Plus((rows.mm(_gap.t()).view(-1, 1, 1) * Steps).Times(2)).Plus((Steps * Steps).Times(_gapSquared));
            return squared.rsqrt();
        }

        public void Dispose()
        {
            _gap.Dispose();
            Steps.Dispose();
        }
    }

    /// <summary>The hidden layer of K models: weights per modality (KH×D), the rest KH long or shaped to add to B×K×H.</summary>
    private sealed class Branch : IDisposable
    {
        internal Branch(string name, Part[] parts, Dictionary<string, Tensor> state, int models)
        {
            var weight = state[$"{name}.0.weight"];
            (Name, Width) = (name, (int)weight.shape[0]);
            Tensor Repeat(string of) => state[$"{name}.{of}"].repeat(models);
            var first = parts[0].Start;
            Parts = [.. parts.Select(p => (p, Learned(weight.narrow(1, p.Start - first, p.Width).repeat(models, 1))))];
            Bias = Learned(Repeat("0.bias").view(models, Width));
            (Gamma, Beta) = (Learned(Repeat("3.weight")), Learned(Repeat("3.bias")));
            (Mean, Variance) = (Repeat("3.running_mean").DetachFromDisposeScope(), Repeat("3.running_var").DetachFromDisposeScope());
        }

        internal string Name { get; }

        internal int Width { get; }

        internal (Part Part, Parameter Weight)[] Parts { get; }

        internal Parameter Bias { get; }

        internal Parameter Gamma { get; }

        internal Parameter Beta { get; }

        internal Tensor Mean { get; }

        internal Tensor Variance { get; }

        internal IEnumerable<Parameter> Parameters => [.. Parts.Select(p => p.Weight), Bias, Gamma, Beta];

        public void Dispose()
        {
            foreach (var (part, weight) in Parts)
            {
                part.Dispose();
                weight.Dispose();
            }

            foreach (var tensor in (Tensor[])[Bias, Gamma, Beta, Mean, Variance])
            {
                tensor.Dispose();
            }
        }
    }
}
