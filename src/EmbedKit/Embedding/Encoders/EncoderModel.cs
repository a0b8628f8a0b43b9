using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbedKit.Embedding.Encoders;

/// <summary>One side of a model folder, opened: its ONNX file, the output that is read, and what the model asks for beside the input.</summary>
internal sealed class EncoderModel : IDisposable
{
    private readonly IReadOnlyList<CompanionInput> _companions;

    /// <summary>Opens one side.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="modality">The side.</param>
    /// <param name="options">Threads, precision and device.</param>
    /// <param name="own">The inputs that the encoder gives itself, beside the one the side names.</param>
    /// <exception cref="InputException">A missing or broken file, or other inputs or outputs than can be dealt with.</exception>
    internal EncoderModel(ModelFolder folder, EncoderSide modality, EncoderOptions options, params string[] own)
    {
        options.Validate();
        var (side, file) = (folder.Side(modality), folder.Export(modality, options.Precision));
        (Pooling, Precision, Device, Input) =
            (side.Pooling, options.Precision, options.Device,
                side.Input ?? (modality == EncoderSide.Image ? CompanionInput.Pixels : CompanionInput.Ids));
        File = Path.GetRelativePath(folder.Path, file).Replace('\\', '/');
        Onnx = new(folder.Path, file, options);
        try
        {
            Output = EncoderOutput.Choose(Onnx, side, folder.Config.Width(modality, side.Pooling));
            (Element, InputShape) = modality == EncoderSide.Image
                ? Onnx.Input(Input, 4, TensorElementType.Float, TensorElementType.Float16)
                : Onnx.Input(Input, 2, TensorElementType.Int64, TensorElementType.Int32);
            Batch = InputShape[0] > 0 ? InputShape[0] : null;
            if (Batch > 1)
            {
                throw new InputException(
                    $"{Onnx.Path}: takes exactly {Batch} inputs at a time; expected any number, or one. Export the model with a dynamic batch axis.");
            }

            _companions = CompanionInput.Find(Onnx, [Input, .. own], folder.Config);
        }
        catch (InputException)
        {
            Onnx.Dispose();
            throw;
        }
    }

    internal OnnxModel Onnx { get; }

    internal Pooling Pooling { get; }

    internal ModelPrecision Precision { get; }

    internal ExecutionDevice Device { get; }

    /// <summary>The ONNX file, relative to the folder, with / between parts.</summary>
    internal string File { get; }

    /// <summary>The name of the pixels or ids among the inputs.</summary>
    internal string Input { get; }

    /// <summary>The element type of that input.</summary>
    internal TensorElementType Element { get; }

    /// <summary>The sizes of that input, −1 where any goes.</summary>
    internal IReadOnlyList<int> InputShape { get; }

    internal EncoderOutput Output { get; }

    /// <summary>1 where the model takes one input at a time, else null.</summary>
    internal int? Batch { get; }

    /// <summary>Runs a batch.</summary>
    /// <param name="inputs">The encoder's own inputs; the others are added.</param>
    /// <param name="count">Inputs in the batch.</param>
    /// <returns>The output's sizes and values.</returns>
    /// <exception cref="InputException">The output is not of the sizes that were promised.</exception>
    internal (long[] Shape, float[] Values) Run(InputTensors inputs, int count)
    {
        foreach (var companion in _companions)
        {
            inputs.AddConstant(companion.Name, companion.Element, companion.Ones, companion.Shape(count));
        }

        var (shape, values) = Onnx.Run(inputs.Values, Output.Name);
        var rank = Pooling == Pooling.Projected ? 2 : 3;
        return shape.Length == rank && shape[0] == count && !shape.Contains(0) && (Output.Width is not { } width || shape[^1] == width)
            ? (shape, values)
            : throw new InputException(
                $"{Onnx.Path}: output '{Output.Name}' came as {string.Join('×', shape)} for {NumberText.Count(count, "input")}; expected rank "
                    + $"{rank}, one row an input{(Output.Width is { } w ? $", {w} wide" : "")}.");
    }

    public void Dispose() => Onnx.Dispose();
}
