using EmbedKit.Data;
using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>Rows to learn from, clean: noise and shift come per minibatch.</summary>
/// <param name="Rows">N×(text + image).</param>
/// <param name="Targets">N×C.</param>
/// <param name="Loss">The loss, its weights learned from these rows.</param>
internal sealed record TrainingRows(FusionRows Rows, Tensor Targets, FusionLoss Loss);

/// <summary>Rows that choose the epoch.</summary>
/// <param name="Rows">N×(text + image).</param>
/// <param name="Truth">In the form of <see cref="FusionRows.Truth"/>.</param>
internal sealed record SelectionRows(FusionRows Rows, int[] Truth);

/// <summary>Epochs over minibatches; leaves the model with the weights of the best epoch.</summary>
internal sealed class TrainingLoop(FusionModel model, LabelEncoding encoding, TrainerOptions options, RandomStreams random)
{
    private const int EvaluationRows = 4096;
    private readonly EpochChoice _choice = new(options.PatienceEpochs);

    /// <summary>The epoch whose weights the model has afterwards.</summary>
    internal int ChosenEpoch => _choice.Epoch;

    internal List<EpochRecord> History { get; } = [];

    /// <summary>Trains.</summary>
    /// <param name="training">What to learn from.</param>
    /// <param name="selection">The rows that choose the epoch, exactly as the model is to see them; null takes the last epoch.</param>
    /// <param name="shift">What happens to a minibatch before the model sees it; null: nothing.</param>
    /// <param name="progress">Counts epochs.</param>
    /// <param name="cancellation">Looked at before every epoch.</param>
    internal void Run(
        TrainingRows training, SelectionRows? selection, RowShift? shift, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var optimizer = new AdamW(model.parameters(), options.OptimizerOptions());
        using var rows = new NoisyRows(training.Rows, options, random);
        var order = new MinibatchOrder(training.Rows.Count, options.BatchSize, random.Create("order"));
        Dictionary<string, Tensor>? best = null;
        for (var epoch = 1; epoch <= options.Epochs && !_choice.Stopped; epoch++)
        {
            cancellation.ThrowIfCancellationRequested();
            var loss = Epoch(training, rows, order, shift, optimizer);
            CheckFinite(loss, epoch, options);
            double? score = selection is null ? null : LogitScores.MacroF1(Logits(model, selection.Rows), selection.Truth, encoding);
            History.Add(new(epoch, loss, score));
            progress?.Report(new("epochs", epoch, options.Epochs));
            if (_choice.Take(epoch, score) && selection is not null && epoch < options.Epochs)
            {
                best ??= model.state_dict().ToDictionary(p => p.Key, p => p.Value.detach().clone());
                Copy(model.state_dict(), best);
            }
        }

        if (best is not null && ChosenEpoch < History.Count)
        {
            Copy(best, model.state_dict());
        }

        model.eval();
    }

    /// <summary>Logits of all rows, N×C row-major, in evaluation mode.</summary>
    internal static float[] Logits(FusionModel model, FusionRows rows)
    {
        using var grad = no_grad();
        model.eval();
        var logits = new float[(long)rows.Count * model.Outputs];
        for (var start = 0; start < rows.Count; start += EvaluationRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(EvaluationRows, rows.Count - start);
            var part = model.forward(rows.Range(start, count)).to(ScalarType.Float32);
            part.data<float>().CopyTo(logits.AsSpan(start * model.Outputs, count * model.Outputs));
        }

        return logits;
    }

    /// <summary>Refuses to go on with a loss that is no number, so that none reaches a table.</summary>
    internal static void CheckFinite(double loss, int epoch, TrainerOptions options) =>
        CheckFinite(loss, epoch, FormattableString.Invariant($"Lower the learning rate ({options.LearningRate}) or sigma ({options.Sigma})."));

    /// <inheritdoc cref="CheckFinite(double, int, TrainerOptions)"/>
    internal static void CheckFinite(double loss, int epoch, string remedy)
    {
        if (!double.IsFinite(loss))
        {
            throw new InputException(
                FormattableString.Invariant($"training diverged: the loss of epoch {epoch} is {loss}; expected a finite number. ") + remedy);
        }
    }

    private double Epoch(TrainingRows training, NoisyRows noisy, MinibatchOrder order, RowShift? shift, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        model.train();
        var (total, steps) = (0.0, 0);
        foreach (var rows in order.NextEpoch())
        {
            using var step = NewDisposeScope();
            var input = noisy.Minibatch(rows);
            var loss = training.Loss.Compute(model.forward(shift is null ? input : shift.Apply(input)), training.Targets.index_select(0, rows));
            loss.backward();
            optimizer.Step();
            total += loss.Value();
            steps++;
        }

        return total / steps;
    }

    private static void Copy(Dictionary<string, Tensor> from, Dictionary<string, Tensor> to)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (name, tensor) in from)
        {
            to[name].copy_(tensor);
        }
    }
}
