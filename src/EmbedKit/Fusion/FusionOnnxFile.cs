using System.Numerics.Tensors;
using EmbedKit.Alignment;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using Microsoft.ML.OnnxRuntime;

namespace EmbedKit.Fusion;

/// <summary>The ONNX file of a trained model (<see cref="FusionExport"/>), which exists only when ONNX Runtime gives the numbers that TorchSharp
/// gives.</summary>
public static class FusionOnnxFile
{
    /// <summary>Name of the file, beside <see cref="FusionModelFile.WeightsName"/>.</summary>
    public const string Name = "model.onnx";

    /// <summary>The most that an output may differ: a probability, or a logit in units of the largest logit (where that is above 1).</summary>
    public const double Tolerance = 1e-4;

    private const int MostRows = 2048;

    /// <summary>Exports, compares on rows, and writes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trained">The model.</param>
    /// <param name="rows">Rows to compare on, as they are stored; at most 2,048 of them are taken, evenly spaced.</param>
    /// <returns>The largest difference, at most <see cref="Tolerance"/>.</returns>
    /// <exception cref="InputException">The model cannot be exported, or ONNX Runtime's outputs differ by more; nothing is written then.</exception>
    public static double Write(string path, TrainedModel trained, EmbeddingSet rows)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(rows);
        var bytes = trained.ToOnnx().ToBytes();
        var difference = Difference(bytes, trained, UnitRows.EvenlySpaced(rows, MostRows));
        if (!(difference <= Tolerance))
        {
            throw new InputException(FormattableString.Invariant($"{path}: ONNX Runtime's outputs differ from TorchSharp's by {difference:g3}; ") +
                FormattableString.Invariant(
                    $"expected at most {Tolerance:g3}, so nothing was written. Very long embeddings overflow in float32: store them normalised."));
        }

        AtomicFile.Write(path, stream => stream.Write(bytes));
        return difference;
    }

    private static double Difference(byte[] model, TrainedModel trained, EmbeddingSet rows)
    {
        using var options = OnnxSession.Options(new());
        using var session = new InferenceSession(model, options);
        using var run = new RunOptions();
        var read = trained.Model.Options;
        var inputs =
            ((string Name, EmbeddingMatrix? Matrix)[])[("text", read.UsesText ? rows.Text : null), ("image", read.UsesImage ? rows.Image : null)];
        var used = inputs.Where(i => i.Matrix is not null)
            .ToDictionary(i => i.Name, i => OrtValue.CreateTensorValueFromMemory(i.Matrix!.Values, [i.Matrix.Rows, i.Matrix.Dimension]));
        try
        {
            using var outputs = session.Run(run, used, ["logits", "probabilities"]);
            var expected = trained.Logits(rows);
            double[] probabilities = LogitScores.Probabilities(expected, trained.Encoding.Task, trained.Model.Outputs, trained.Temperature);
            var scale = Math.Max(1, Math.Abs(TensorPrimitives.MaxMagnitude<float>(expected)));

            // Math.Max passes a NaN on, which no comparison lets through; LINQ's Max would not.
            double Largest(int output, Func<int, double> of) => outputs[output].GetTensorDataAsSpan<float>().ToArray()
                .Select((value, i) => Math.Abs(value - of(i))).Aggregate(0.0, Math.Max);
            return Math.Max(Largest(0, i => expected[i]) / scale, Largest(1, i => probabilities[i]));
        }
        finally
        {
            foreach (var value in used.Values)
            {
                value.Dispose();
            }
        }
    }
}
