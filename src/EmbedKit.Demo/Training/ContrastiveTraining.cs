using EmbedKit.Runtime;
using EmbedKit.Transformers.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Training;

/// <summary>
/// CLIP's objective (Radford et al. 2021): of all pairs in a batch, find the image of each text and the text of each image, by cosine
/// similarity over a learned temperature (InfoNCE, van den Oord et al. 2018).
/// </summary>
internal sealed class ContrastiveTraining : IDisposable
{
    // CLIP's starting temperature 0.07, and its cap of 100 on the scale.
    private const double InitialScale = 1 / 0.07;
    private const double MaxScale = 100;
    private readonly VisionTransformer _image;
    private readonly ClipTextTransformer _text;
    private readonly Parameter _logScale = new(torch.tensor((float)Math.Log(InitialScale)));
    private readonly Optimisation _optimisation;

    internal ContrastiveTraining(VisionTransformer image, ClipTextTransformer text, OptimisationOptions options)
    {
        (_image, _text) = (image, text);
        _optimisation = new(image.parameters().Concat(text.parameters()).Append(_logScale), options);
    }

    /// <summary>Log of what similarities are multiplied by: Hugging Face's <c>logit_scale</c>.</summary>
    internal double LogScale => Math.Min(_logScale.item<float>(), Math.Log(MaxScale));

    /// <summary>One step on B pairs.</summary>
    /// <param name="pixels">B×3×S×S, normalised.</param>
    /// <param name="ids">B×T int64.</param>
    /// <returns>The loss: ln B at chance.</returns>
    internal float Step(Tensor pixels, Tensor ids) => _optimisation.Step(() =>
    {
        var similarity = torch.matmul(Unit(_image.forward(pixels)), Unit(_text.forward(ids)).t()) * _logScale.exp().AtMost(MaxScale);
        var same = torch.tensor([.. Enumerable.Range(0, (int)pixels.shape[0]).Select(i => (long)i)]);
        return nn.functional.cross_entropy(similarity, same).Plus(nn.functional.cross_entropy(similarity.t(), same)).Times(0.5);
    });

    public void Dispose()
    {
        _optimisation.Dispose();
        _logScale.Dispose();
    }

    internal static Tensor Unit(Tensor rows) => nn.functional.normalize(rows, 2, 1);
}
