using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Text;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Tokenizers;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbedKit.Embedding.Encoders;

/// <summary>
/// A text encoder of a model folder, run by ONNX Runtime: <c>input_ids</c> N×T (and, where the model asks, <c>attention_mask</c>,
/// <c>position_ids</c>, <c>token_type_ids</c>) → one vector a text.
/// </summary>
public sealed class OnnxTextEncoder : OnnxEncoder
{
    private const string Mask = CompanionInput.Mask;
    private const string Positions = CompanionInput.Positions;
    private const string Types = CompanionInput.Types;
    private readonly Dictionary<string, TensorElementType> _inputs = [];

    // Far above any context that a text model is trained on; what is filled up to it is allocated.
    private const int LongestFixed = 1 << 16;
    private readonly int? _fixedLength;

    /// <summary>Opens the encoder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="options">Threads, precision and device; null takes the defaults.</param>
    /// <exception cref="InputException">
    /// A missing or broken file, external data out of the folder, other inputs or outputs than expected, a tokenizer or a width that does not
    /// fit the config.
    /// </exception>
    public OnnxTextEncoder(ModelFolder folder, EncoderOptions? options = null)
        : base(Read(folder, out var tokenizer), EncoderSide.Text, options, Mask, Positions, Types)
    {
        Tokenizer = tokenizer;
        try
        {
            _fixedLength = Check();
        }
        catch (InputException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The tokenizer.</summary>
    public ModelTokenizer Tokenizer { get; }

    /// <summary>
    /// The length a text of so many ids is run at: the fixed length where the model or its tokenizer has one that is longer, else the text's own.
    /// Texts of one length need no padding, so that no text's numbers depend on its neighbours.
    /// </summary>
    /// <param name="ids">Number of ids.</param>
    public int RunLength(int ids) => Math.Max(_fixedLength ?? ids, ids);

    /// <summary>Embeds tokenized texts.</summary>
    /// <param name="texts">At least one text, all of one <see cref="RunLength"/>.</param>
    /// <returns>N×D.</returns>
    /// <exception cref="InputException">The model gives another shape than it promised.</exception>
    public EmbeddingMatrix Encode(IReadOnlyList<TokenizedText> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfZero(texts.Count);
        var length = RunLength(texts[0].Ids.Length);
        if (texts.Any(t => RunLength(t.Ids.Length) != length || t.Ids.Length is 0))
        {
            throw new ArgumentException("Texts of different or no length; expected batches of one.", nameof(texts));
        }

        var step = Batch ?? texts.Count;
        var values = texts.Chunk(step).Select(chunk => Run(chunk, length)).ToList();
        return new(texts.Count, values[0].Length / step, values.Count == 1 ? values[0] : [.. values.SelectMany(v => v)]);
    }

    private static ModelFolder Read(ModelFolder folder, out ModelTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _ = folder.Side(EncoderSide.Text);
        tokenizer = ModelTokenizer.Read(folder);
        return folder;
    }

    private float[] Run(TokenizedText[] texts, int length)
    {
        long Fill(int row, int at, Func<int, long> inside, long outside)
        {
            var index = Tokenizer.PadsLeft ? at - (length - texts[row].Ids.Length) : at;
            return index >= 0 && index < texts[row].Ids.Length ? inside(index) : outside;
        }

        var mask = Tensor(texts.Length, length, (row, at) => Fill(row, at, _ => 1, 0));
        using var inputs = new InputTensors();
        foreach (var (name, element) in _inputs)
        {
            var values = name switch
            {
                Mask => mask,
                Positions => Tensor(texts.Length, length, (row, at) => Fill(row, at, i => i, 1)), // as transformers fills what the mask hides
                Types => new long[texts.Length * length], // one text, all of the first kind
                _ => Tensor(texts.Length, length, (row, at) => Fill(row, at, i => texts[row].Ids[i], Tokenizer.PadId)),
            };
            inputs.Add(name, element, values, texts.Length, length);
        }

        var (shape, output) = Run(inputs, texts.Length);
        if (Pooling is Pooling.MaskedMean or Pooling.LastToken && shape[1] != length)
        {
            throw new InputException(
                $"{Onnx.Path}: output '{Output}' came with {shape[1]} tokens for {length}; expected one a token, to pool them by the mask.");
        }

        return Pooling switch
        {
            Pooling.MaskedMean => TokenPooling.Mean(output, mask, length, (int)shape[2]),
            Pooling.LastToken => TokenPooling.Last(output, mask, length, (int)shape[2]),
            Pooling.ClassToken => TokenPooling.First(output, (int)shape[1], (int)shape[2]),
            _ => output,
        };
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

    private int? Check()
    {
        int? length = null;
        foreach (var name in new[] { Input, Mask, Positions, Types }.Where(n => n == Input || Onnx.Inputs.ContainsKey(n)))
        {
            var (element, shape) = Onnx.Input(name, 2, TensorElementType.Int64, TensorElementType.Int32);
            _inputs[name] = element;
            length ??= shape[1] > 0 ? shape[1] : null;
        }

        if (length is null && Tokenizer.FixedLength is { } filled)
        {
            length = filled;
        }
        else if (length < Tokenizer.MaxLength)
        {
            throw new InputException(
                $"{Onnx.Path}: reads exactly {length} ids; the tokenizer gives up to {Tokenizer.MaxLength}. Expected a model_max_length "
                    + "that fits the model.");
        }

        if (length > LongestFixed)
        {
            throw new InputException(
                $"{Onnx.Path}: every text would be filled up to {length} ids; expected a length of at most {LongestFixed}.");
        }

        // CLIP pools at the end token and looks only back, so padding behind it is harmless; elsewhere it needs a mask.
        return length is null || Pooling == Pooling.Projected || _inputs.ContainsKey(Mask) ? length
            : throw new InputException(
                $"{Onnx.Path}: reads exactly {length} ids and no '{Mask}'; expected a mask, so that padding can be told from text.");
    }
}
