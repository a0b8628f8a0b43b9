using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Embedding.Transformers;

/// <summary>
/// Cosines and sines of rotary positions (Su et al. 2021) in the half-split order of LLaMA's Hugging Face weights: coordinate i turns with
/// coordinate i + D/2 by the angle position / base^(2i/D).
/// </summary>
internal static class RotaryPositions
{
    /// <summary>Two T×D tables for positions 0 … T−1.</summary>
    internal static (Tensor Cosine, Tensor Sine) Tables(int positions, int headWidth, float rotaryBase)
    {
        using var scope = NewDisposeScope();
        var frequency = torch.pow(rotaryBase, torch.arange(0, headWidth, 2, ScalarType.Float32) * (-1.0 / headWidth));
        var angle = torch.outer(torch.arange(0, positions, ScalarType.Float32), frequency).repeat(1, 2);
        return (angle.cos().MoveToOuterDisposeScope(), angle.sin().MoveToOuterDisposeScope());
    }

    /// <summary>Turns B×H×T×D queries or keys by T×D tables.</summary>
    internal static Tensor Turn(Tensor input, Tensor cosine, Tensor sine)
    {
        var halves = input.chunk(2, -1);
        return (input * cosine) + (torch.cat([-halves[1], halves[0]], -1) * sine);
    }
}
