using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Quantization;

/// <summary>What to quantise, and how its effect is measured.</summary>
public sealed record QuantizationOptions
{
    /// <summary>The only side to quantise; null for all that the model has. Default null.</summary>
    public EncoderSide? Side { get; init; }

    /// <summary>The smallest cosine between float32 and int8 embeddings that is allowed, in (0, 1); null to take what comes. Default null.</summary>
    public double? MinCosine { get; init; }

    /// <summary>Threads of one run. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">The cosine is out of range.</exception>
    public void Validate()
    {
        if (MinCosine is { } least && !(least > 0 && least < 1))
        {
            throw new InputException(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"min-cosine is {least}; expected a number between 0 and 1."));
        }
    }
}
