using TorchSharp;
using static TorchSharp.torch;

namespace EmbedKit.Transformers.Modules;

/// <summary>Token ids of several texts, padded on the right to the longest.</summary>
/// <param name="Ids">B×T int64.</param>
/// <param name="Mask">B×T int64: 1 for a token, 0 for padding.</param>
internal readonly record struct TokenBatch(Tensor Ids, Tensor Mask)
{
    /// <summary>Pads texts.</summary>
    /// <param name="texts">Ids of each text.</param>
    /// <param name="padding">The id written after the end.</param>
    internal static TokenBatch Pad(IReadOnlyList<IReadOnlyList<int>> texts, long padding)
    {
        var length = texts.Max(t => t.Count);
        var (ids, mask) = (new long[texts.Count * length], new long[texts.Count * length]);
        Array.Fill(ids, padding);
        for (var row = 0; row < texts.Count; row++)
        {
            for (var i = 0; i < texts[row].Count; i++)
            {
                (ids[(row * length) + i], mask[(row * length) + i]) = (texts[row][i], 1);
            }
        }

        return new(torch.tensor(ids, [texts.Count, length]), torch.tensor(mask, [texts.Count, length]));
    }
}
