using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EmbedKit.Demo.Training;

/// <summary>DINO's head: a small network, then cosine similarity to learned prototypes. Thrown away after training.</summary>
internal sealed class PrototypeHead : nn.Module<Tensor, Tensor>
{
    internal const int Prototypes = 128;
    private const int Hidden = 192;
    private const int Bottleneck = 64;
    private readonly Linear _hidden;
    private readonly Linear _bottleneck;
    private readonly Parameter _prototypes = new(torch.empty(Prototypes, Bottleneck));

    internal PrototypeHead(int width, Generator generator)
        : base(nameof(PrototypeHead))
    {
        _hidden = nn.Linear(width, Hidden);
        _bottleneck = nn.Linear(Hidden, Bottleneck);
        RegisterComponents();
        using var noGradient = no_grad();
        foreach (var parameter in parameters())
        {
            _ = parameter.dim() > 1 ? parameter.normal_(0, 1 / Math.Sqrt(parameter.shape[1]), generator) : parameter.zero_();
        }

        GC.KeepAlive(generator);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var features = _bottleneck.forward(nn.functional.gelu(_hidden.forward(input)));
        return torch.matmul(nn.functional.normalize(features, 2, 1), nn.functional.normalize(_prototypes, 2, 1).t());
    }
}
