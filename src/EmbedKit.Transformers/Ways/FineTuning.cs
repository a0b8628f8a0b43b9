using EmbedKit.Benchmarking;
using EmbedKit.Fusion;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Ways;

/// <summary>Trains encoders and head together; the head begins and meets its minibatches as when it is trained alone.</summary>
/// <param name="options">The head, its training, and the encoders' step size.</param>
/// <param name="encoders">What is trained beside the head.</param>
/// <param name="raw">Images and texts.</param>
/// <param name="random">The streams of <see cref="Trainer"/>.</param>
internal sealed class FineTuning(WayOptions options, ModuleEncoders encoders, RawRows raw, RandomStreams random)
{
    /// <summary>Trains.</summary>
    /// <param name="training">The rows to learn from.</param>
    /// <param name="encoding">Their label.</param>
    /// <param name="progress">Counts epochs.</param>
    /// <param name="cancellation">Looked at before every step.</param>
    /// <exception cref="InputException">The loss became infinite, or an image cannot be read.</exception>
    internal TrainedModel Run(
        TrainingSet training, Data.LabelEncoding encoding, IProgress<JobProgress> progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (head, how, numbers) = (options.Head, options.Training, raw.NumbersOf(training.Rows));
        var targets = FusionRows.LossTargets(encoding, training.Rows.Table);
        using var loss = FusionLoss.Fit(how.Loss, encoding, training.Rows.Table);
        var (text, image) = Widths(numbers[0]);
        var model = new FusionModel(head, text, image, encoding.OutputCount, random);
        try
        {
            using var ofHead = new AdamW(model.parameters(), how.OptimizerOptions());
            using var ofEncoders = new AdamW(encoders.Parameters, how.OptimizerOptions() with { LearningRate = options.EncoderLearningRate });
            var order = new MinibatchOrder(numbers.Length, how.BatchSize, random.Create("order"));
            for (var epoch = 1; epoch <= how.Epochs; epoch++)
            {
                using var inEpoch = NewDisposeScope();
                var (total, steps) = (0.0, 0);
                model.train();
                foreach (var rows in order.NextEpoch())
                {
                    cancellation.ThrowIfCancellationRequested();
                    using var step = NewDisposeScope();
                    var wrong = loss.Compute(
                        model.forward(Input([.. rows.data<long>().ToArray().Select(r => numbers[r])])), targets.index_select(0, rows));
                    wrong.backward();
                    ofHead.Step();
                    ofEncoders.Step();
                    (total, steps) = (total + wrong.Value(), steps + 1);
                }

                TrainingLoop.CheckFinite(
                    total / steps, epoch, FormattableString.Invariant($"Lower the encoders' learning rate ({options.EncoderLearningRate})."));
                progress.Report(new("epochs", epoch, how.Epochs));
            }

            model.eval();
            return new() { Model = model, Encoding = encoding, ChosenEpoch = how.Epochs, EpochsRun = how.Epochs };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>B×(text + image), the columns of <see cref="FusionModel"/>.</summary>
    private Tensor Input(int[] rows)
    {
        var text = options.Head.UsesText ? encoders.Text(raw, rows) : null;
        var image = options.Head.UsesImage ? encoders.Image(raw, rows) : null;
        return text is null ? image! : image is null ? text : cat([text, image], 1);
    }

    private (int Text, int Image) Widths(int row)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        return (
            options.Head.UsesText ? (int)encoders.Text(raw, [row]).shape[1] : 0,
            options.Head.UsesImage ? (int)encoders.Image(raw, [row]).shape[1] : 0);
    }
}
