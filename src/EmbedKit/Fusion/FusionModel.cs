using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Fusion;

/// <summary>
/// The paper's classifiers over a pair of embeddings. Early: concat(text, image) → hidden layers → Linear(C). Late: hidden layers over text
/// and over image, concat → Linear(C). One modality: its branch of late fusion → Linear(C). A hidden layer is Linear → ReLU → Dropout →
/// BatchNorm1d; without any, the model is a linear probe.
/// </summary>
/// <remarks>
/// Parameters are named as in the published PyTorch code (<c>fc1</c> or <c>text_fc</c> and <c>image_fc</c>, then <c>fc2</c>), so saved
/// weights load there. All randomness comes from the streams <c>init</c> and <c>dropout</c>: models trained in parallel threads give the
/// bytes they give alone.
/// </remarks>
public sealed class FusionModel : nn.Module<Tensor, Tensor>
{
    private readonly HiddenLayers? _joint;
    private readonly HiddenLayers? _text;
    private readonly HiddenLayers? _image;
    private readonly DenseLayer _head;
    private readonly Generator _dropout;

    /// <summary>Makes a model with fresh weights.</summary>
    /// <param name="options">Kind, hidden widths, dropout.</param>
    /// <param name="textWidth">Columns of a text embedding; 0 when the kind has no text.</param>
    /// <param name="imageWidth">Columns of an image embedding; 0 when the kind has no image.</param>
    /// <param name="outputs">C: logits per row (1 for a binary task).</param>
    /// <param name="random">Where the streams <c>init</c> and <c>dropout</c> come from.</param>
    /// <param name="dtype">Precision of the parameters.</param>
    /// <exception cref="InputException">The options are out of range.</exception>
    public FusionModel(FusionOptions options, int textWidth, int imageWidth, int outputs, RandomStreams random, ScalarType dtype = ScalarType.Float32)
        : base(nameof(FusionModel))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        options.Validate();
        (Options, Outputs) = (options, outputs);
        (TextWidth, ImageWidth) = (options.UsesText ? textWidth : 0, options.UsesImage ? imageWidth : 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(TextWidth + ImageWidth, 1);

        using var init = new Generator(random.SeedOf("init"));
        _dropout = new Generator(random.SeedOf("dropout"));
        HiddenLayers Layers(string name, int inputs, IReadOnlyList<int> widths)
        {
            var layers = new HiddenLayers(inputs, widths, options.Dropout, init, _dropout, dtype);
            register_module(name, layers);
            return layers;
        }

        if (options.Kind == FusionKind.Early)
        {
            _joint = Layers("fc1", TextWidth + ImageWidth, options.HiddenWidths);
        }
        else
        {
            _text = options.UsesText ? Layers("text_fc", TextWidth, options.HiddenWidths) : null;
            _image = options.UsesImage ? Layers("image_fc", ImageWidth, options.ImageHiddenWidths) : null;
        }

        _head = new DenseLayer((_joint?.Width ?? 0) + (_text?.Width ?? 0) + (_image?.Width ?? 0), outputs, init, dtype);
        register_module("fc2", _head);
        foreach (var tensor in parameters().Concat(buffers()))
        {
            tensor.DetachFromDisposeScope();
        }
    }

    /// <summary>The model's shape.</summary>
    public FusionOptions Options { get; }

    /// <summary>Columns of a text embedding; 0 without text.</summary>
    public int TextWidth { get; }

    /// <summary>Columns of an image embedding; 0 without image.</summary>
    public int ImageWidth { get; }

    /// <summary>C.</summary>
    public int Outputs { get; }

    /// <summary>How many numbers it learns.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>Logits.</summary>
    /// <param name="input">N×(text + image) rows: the text columns first, then the image columns, of those the kind reads.</param>
    /// <returns>N×C.</returns>
    public override Tensor forward(Tensor input)
    {
        if (_joint is not null)
        {
            return _head.forward(_joint.forward(input));
        }

        if (_text is not null && _image is not null)
        {
            var text = _text.forward(input.narrow(1, 0, TextWidth));
            var image = _image.forward(input.narrow(1, TextWidth, ImageWidth));
            return _head.forward(cat([text, image], 1));
        }

        return _head.forward((_text ?? _image!).forward(input));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _dropout.Dispose();
        }

        base.Dispose(disposing);
    }
}
