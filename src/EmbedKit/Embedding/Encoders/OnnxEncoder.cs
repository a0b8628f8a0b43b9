using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbedKit.Embedding.Encoders;

/// <summary>
/// An encoder of a model folder, run by ONNX Runtime, whichever modality it reads: its ONNX file, the output that is read, and what the model
/// asks for beside the input.
/// </summary>
public abstract class OnnxEncoder : IDisposable
{
    private readonly IReadOnlyList<CompanionInput> _companions;
    private readonly EncoderOutput _output;

    /// <summary>Opens one side.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="modality">The side.</param>
    /// <param name="given">Threads, precision and device; null takes the defaults.</param>
    /// <param name="own">The inputs that the encoder gives itself, beside the one the side names.</param>
    /// <exception cref="InputException">A missing or broken file, or other inputs or outputs than can be dealt with.</exception>
    private protected OnnxEncoder(ModelFolder folder, EncoderSide modality, EncoderOptions? given, params string[] own)
    {
        var options = given ?? new();
        options.Validate();
        var (side, file) = (folder.Side(modality), folder.Export(modality, options.Precision));
        (Folder, Pooling, Precision, Device, Input) =
            (folder, side.Pooling, options.Precision, options.Device,
                side.Input ?? (modality == EncoderSide.Image ? CompanionInput.Pixels : CompanionInput.Ids));
        File = Path.GetRelativePath(folder.Path, file).Replace('\\', '/');
        Onnx = new(folder.Path, file, options);
        try
        {
            _output = EncoderOutput.Choose(Onnx, side, folder.Config.Width(modality, side.Pooling));
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

    /// <summary>The model folder.</summary>
    public ModelFolder Folder { get; }

    /// <summary>How the output becomes one vector.</summary>
    public Pooling Pooling { get; }

    /// <summary>The output that is read.</summary>
    public string Output => _output.Name;

    /// <summary>Values of one embedding, or null when neither the model nor its config says, so that only a run tells.</summary>
    public int? Dimension => _output.Width;

    /// <summary>The precision of the ONNX file.</summary>
    public ModelPrecision Precision { get; }

    /// <summary>Where the model runs.</summary>
    public ExecutionDevice Device { get; }

    /// <summary>The ONNX file, relative to the folder, with / between parts.</summary>
    public string File { get; }

    /// <summary>SHA-256 of the ONNX file; with external data, of the list of its files' hashes.</summary>
    public string ModelHash => Onnx.Hash;

    private protected OnnxModel Onnx { get; }

    /// <summary>The name of the pixels or ids among the inputs.</summary>
    private protected string Input { get; }

    /// <summary>The element type of that input.</summary>
    private protected TensorElementType Element { get; }

    /// <summary>The sizes of that input, −1 where any goes.</summary>
    private protected IReadOnlyList<int> InputShape { get; }

    /// <summary>1 where the model takes one input at a time, else null.</summary>
    private protected int? Batch { get; }

    /// <summary>Runs a batch.</summary>
    /// <param name="inputs">The encoder's own inputs; the others are added.</param>
    /// <param name="count">Inputs in the batch.</param>
    /// <returns>The output's sizes and values.</returns>
    /// <exception cref="InputException">The output is not of the sizes that were promised.</exception>
    private protected (long[] Shape, float[] Values) Run(InputTensors inputs, int count)
    {
        foreach (var companion in _companions)
        {
            inputs.AddConstant(companion.Name, companion.Element, companion.Ones, companion.Shape(count));
        }

        var (shape, values) = Onnx.Run(inputs.Values, Output);
        var rank = Pooling == Pooling.Projected ? 2 : 3;
        return shape.Length == rank && shape[0] == count && !shape.Contains(0) && (Dimension is not { } width || shape[^1] == width)
            ? (shape, values)
            : throw new InputException(
                $"{Onnx.Path}: output '{Output}' came as {string.Join('×', shape)} for {NumberText.Count(count, "input")}; expected rank "
                    + $"{rank}, one row an input{(Dimension is { } w ? $", {w} wide" : "")}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Onnx.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes which numbers are those of this model.</summary>
    internal void Describe(IDictionary<string, string> provenance, string side)
    {
        provenance[$"{side}_model"] = Folder.Name;
        provenance[$"{side}_model_file"] = File;
        provenance[$"{side}_model_sha256"] = ModelHash;
        provenance[$"{side}_output"] = Output;
        provenance[$"{side}_pooling"] = Pooling.Name();
    }
}
