using EmbedKit.Embedding.Tokenization;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using Microsoft.ML.OnnxRuntime;

namespace EmbedKit.Embedding;

/// <summary>
/// A text encoder of a model folder, run by ONNX Runtime: <c>input_ids</c> N×T (and, where the model asks, <c>attention_mask</c>,
/// <c>position_ids</c>, <c>token_type_ids</c>) → one vector a text.
/// </summary>
public sealed class OnnxTextEncoder : IDisposable
{
    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";
    private const string Positions = "position_ids";
    private const string Types = "token_type_ids";
    private readonly OnnxModel _model;
    private readonly int? _fixedLength;
    private readonly bool _oneAtATime;

    /// <summary>Opens the encoder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="options">Threads, precision and device; null takes the defaults.</param>
    /// <exception cref="InputException">A missing or broken file, other inputs or outputs than expected.</exception>
    public OnnxTextEncoder(ModelFolder folder, EncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Folder = folder;
        Tokenizer = folder.ReadTokenizer();
        options ??= new();
        options.Validate();
        var (file, side) = folder.TextSide(options.Precision);
        (Pooling, Precision, Device, File) = (side.Pooling, options.Precision, options.Device, Path.GetRelativePath(folder.Path, file).Replace('\\', '/'));
        _model = new(file, side.Output, side.Pooling == Pooling.Projected ? 2 : 3, options);
        try
        {
            (_fixedLength, _oneAtATime) = Check();
        }
        catch (InputException)
        {
            _model.Dispose();
            throw;
        }
    }

    /// <summary>The model folder.</summary>
    public ModelFolder Folder { get; }

    /// <summary>The tokenizer.</summary>
    public TextTokenizer Tokenizer { get; }

    /// <summary>How the output becomes one vector.</summary>
    public Pooling Pooling { get; }

    /// <summary>The precision of the ONNX file.</summary>
    public ModelPrecision Precision { get; }

    /// <summary>Where the model runs.</summary>
    public ExecutionDevice Device { get; }

    /// <summary>The ONNX file, relative to the folder, with / between parts.</summary>
    public string File { get; }

    /// <summary>D, the width of an embedding; null where the ONNX file leaves it open.</summary>
    public int? Dimension => _model.OutputWidth;

    /// <summary>SHA-256 of the ONNX file.</summary>
    public string ModelHash => _model.Hash;

    /// <summary>
    /// The length a text of so many ids is run at: the fixed length where the model or its tokenizer has one, else the text's own. Texts of
    /// one length need no padding, so that no text's numbers depend on its neighbours.
    /// </summary>
    /// <param name="ids">Number of ids.</param>
    public int RunLength(int ids) => _fixedLength ?? ids;

    /// <summary>Embeds tokenized texts.</summary>
    /// <param name="texts">At least one text, all of one <see cref="RunLength"/>.</param>
    /// <returns>N×D.</returns>
    public EmbeddingMatrix Encode(IReadOnlyList<TokenizedText> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfZero(texts.Count);
        var length = RunLength(texts[0].Ids.Length);
        if (texts.Any(t => RunLength(t.Ids.Length) != length || t.Ids.Length is 0))
        {
            throw new ArgumentException("Texts of different or no length; expected batches of one.", nameof(texts));
        }

        var step = _oneAtATime ? 1 : texts.Count;
        var values = texts.Chunk(step).Select(chunk => Run(chunk, length)).ToList();
        return new(texts.Count, values[0].Length / step, values.Count == 1 ? values[0] : [.. values.SelectMany(v => v)]);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private float[] Run(TokenizedText[] texts, int length)
    {
        long Fill(int row, int at, long inside, long outside) => at < texts[row].Ids.Length ? inside : outside;
        var mask = Tensor(texts.Length, length, (row, at) => Fill(row, at, 1, 0));
        var inputs = new Dictionary<string, OrtValue>();
        try
        {
            foreach (var name in _model.Inputs)
            {
                var values = name switch
                {
                    Ids => Tensor(texts.Length, length, (row, at) => at < texts[row].Ids.Length ? texts[row].Ids[at] : Tokenizer.PadId),
                    Mask => mask,
                    Positions => Tensor(texts.Length, length, (row, at) => Fill(row, at, at, 1)), // as transformers fills what the mask hides
                    _ => new long[texts.Length * length], // token types: one text, all of the first kind
                };
                inputs[name] = OrtValue.CreateTensorValueFromMemory(values, [texts.Length, length]);
            }

            var (shape, output) = _model.Run(inputs);
            return Pooling == Pooling.MaskedMean ? MaskedMean(output, mask, (int)shape[1], (int)shape[2]) : output;
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }

    private static long[] Tensor(int rows, int columns, Func<int, int, long> value)
    {
        var values = new long[rows * columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(i / columns, i % columns);
        }

        return values;
    }

    /// <summary>The mean over the tokens the mask keeps, summed in double so that long texts lose nothing.</summary>
    private static float[] MaskedMean(float[] values, long[] mask, int length, int width)
    {
        var rows = mask.Length / length;
        var means = new float[rows * width];
        var sums = new double[width];
        for (var row = 0; row < rows; row++)
        {
            Array.Clear(sums);
            var kept = 0;
            for (var at = 0; at < length; at++)
            {
                if (mask[(row * length) + at] == 0)
                {
                    continue;
                }

                kept++;
                var token = values.AsSpan(((row * length) + at) * width, width);
                for (var i = 0; i < width; i++)
                {
                    sums[i] += token[i];
                }
            }

            for (var i = 0; i < width; i++)
            {
                means[(row * width) + i] = (float)(sums[i] / kept);
            }
        }

        return means;
    }

    private (int? Length, bool OneAtATime) Check()
    {
        var shape = _model.InputShape(Ids, typeof(long), 2);
        _model.RequireOnly([Ids, Mask, Positions, Types]);
        foreach (var name in _model.Inputs)
        {
            _ = _model.InputShape(name, typeof(long), 2);
        }

        int? length = shape[1] > 0 ? shape[1] : Tokenizer.PadsToMaxLength ? Tokenizer.MaxLength : null;
        if (length < Tokenizer.MaxLength)
        {
            throw new InputException($"{_model.Path}: reads exactly {length} ids; the tokenizer gives up to {Tokenizer.MaxLength}. Expected a model_max_length that fits the model.");
        }

        // CLIP pools at the end token and looks only back, so padding behind it is harmless; elsewhere it needs a mask.
        if (length is not null && Pooling != Pooling.Projected && !_model.Inputs.Contains(Mask))
        {
            throw new InputException($"{_model.Path}: reads exactly {length} ids and no '{Mask}'; expected a mask, so that padding can be told from text.");
        }

        return (length, shape[0] == 1);
    }
}
