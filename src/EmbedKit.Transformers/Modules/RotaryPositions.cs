using EmbedKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>
/// Cosines and sines of rotary positions (Su et al. 2021) in the half-split order of LLaMA's Hugging Face weights: coordinate i turns with
/// coordinate i + D/2 by the angle position / base^(2i/D).
/// </summary>
internal static class RotaryPositions
{
    /// <summary>Two T×D tables for positions 0 … T−1.</summary>
    internal static (Tensor Cosine, Tensor Sine) Tables(int positions, int headWidth, float rotaryBase)
    {
        var angles = new float[positions * headWidth];
        for (var i = 0; i < angles.Length; i++)
        {
            var (position, pair) = (i / headWidth, i % headWidth % (headWidth / 2));
            angles[i] = position * MathF.Pow(rotaryBase, -2f * pair / headWidth);
        }

        using var angle = torch.tensor(angles, [positions, headWidth]);
        return (angle.cos(), angle.sin());
    }

    /// <summary>Turns B×H×T×D queries or keys by T×D tables.</summary>
    internal static Tensor Turn(Tensor input, Tensor cosine, Tensor sine)
    {
        var halves = input.chunk(2, -1);
        return (input * cosine).Plus(torch.cat([-halves[1], halves[0]], -1) * sine);
    }
}
