using EmbedKit.Benchmarking;
using EmbedKit.Embedding.Images;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Text;
using EmbedKit.Runtime;
using EmbedKit.Storage;
using EmbedKit.Transformers.Modules;
using EmbedKit.Transformers.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Ways;

/// <summary>Encoders as modules, which embed rows of raw data with gradients or without.</summary>
internal sealed class ModuleEncoders : IDisposable
{
    private const int Batch = 8;
    private readonly VisionTransformer? _image;
    private readonly nn.Module? _text;
    private readonly ImagePreprocessor? _preprocessor;
    private readonly ModelTokenizer? _tokenizer;
    private readonly Pooling _pooling;

    /// <summary>Opens them.</summary>
    /// <param name="image">The image model's folder; null where no image is read.</param>
    /// <param name="text">The text model's; null where no text is read.</param>
    /// <exception cref="InputException">A family without a module, or weights that do not fit.</exception>
    internal ModuleEncoders(ModelFolder? image, ModelFolder? text)
    {
        if (image is not null)
        {
            _preprocessor = ImagePreprocessor.Read(image.Path);
            _image = ModuleFolder.OpenImage(image);
        }

        if (text is not null)
        {
            (_tokenizer, _pooling) = (ModelTokenizer.Read(text), text.Side(EncoderSide.Text).Pooling);
            _text = ModuleFolder.OpenText(text);
        }
    }

    internal IEnumerable<Parameter> Parameters => Modules.SelectMany(m => m.parameters());

    /// <summary>Numbers in all of them.</summary>
    internal long ParameterCount => Parameters.Sum(p => p.numel());

    /// <summary>Where the encoders' dropout is drawn from; null, as at first: none.</summary>
    internal Generator? Dropout
    {
        set
        {
            foreach (var stack in Modules.SelectMany(m => m.modules()).OfType<TransformerStack>())
            {
                stack.Dropout = value;
            }
        }
    }

    private IEnumerable<nn.Module> Modules => new[] { _image, _text }.OfType<nn.Module>();

    /// <summary>Embeds rows, without gradients.</summary>
    internal EmbeddingSet Embed(RawRows raw, EmbeddingSet rows)
    {
        using var grad = no_grad();
        var numbers = raw.NumbersOf(rows);
        return rows.With(
            _image is null ? null : Matrix(numbers, part => Image(raw, part)), _text is null ? null : Matrix(numbers, part => Text(raw, part)));
    }

    /// <summary>Embeds images, B×D.</summary>
    internal Tensor Image(RawRows raw, IReadOnlyList<int> rows)
    {
        var pixels = raw.Pixels(_preprocessor!, rows);
        return _image!.forward(tensor(pixels, [rows.Count, 3, _preprocessor!.Height, _preprocessor.Width]));
    }

    /// <summary>Embeds texts, B×D: pooled as the model folder has it.</summary>
    internal Tensor Text(RawRows raw, IReadOnlyList<int> rows)
    {
        var batch = TokenBatch.Pad([.. rows.Select(r => _tokenizer!.Encode(raw.Text(r)).Ids)], _tokenizer!.PadId);
        return _text switch
        {
            ClipTextTransformer clip => clip.forward(batch.Ids),
            LlamaDecoder llama => Pool(llama.forward(batch.Ids, batch.Mask), batch.Mask),
            BertEncoder bert => Pool(bert.forward(batch.Ids, batch.Mask), batch.Mask),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    public void Dispose()
    {
        _image?.Dispose();
        _text?.Dispose();
    }

    private static EmbeddingMatrix Matrix(int[] rows, Func<int[], Tensor> embed)
    {
        var (values, width) = (new List<float>(), 0);
        foreach (var part in rows.Chunk(Batch))
        {
            using var scope = NewDisposeScope();
            var embedded = embed(part).contiguous();
            width = (int)embedded.shape[1];
            values.AddRange(embedded.data<float>().ToArray());
        }

        return new(rows.Length, width, [.. values]);
    }

    private Tensor Pool(Tensor hidden, Tensor mask)
    {
        if (_pooling == Pooling.ClassToken)
        {
            return hidden.select(1, 0);
        }

        var kept = mask.to(ScalarType.Float32).unsqueeze(-1);
        if (_pooling == Pooling.LastToken)
        {
            var last = mask.sum(1, keepdim: true).Plus(-1).unsqueeze(-1).expand(-1, -1, hidden.shape[2]);
            return hidden.gather(1, last).squeeze(1);
        }

        return (hidden * kept).sum(1) / kept.sum(1);
    }
}
