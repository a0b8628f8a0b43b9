using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Quantization;

/// <summary>What to quantise, and how its effect is measured.</summary>
public sealed record QuantizationOptions
{
    /// <summary>The only side to quantise; null for all that the model has. Default null.</summary>
    public EncoderSide? Side { get; init; }

    /// <summary>The smallest cosine between float32 and int8 embeddings that is allowed, in (0, 1); null to take what comes. Default null.</summary>
    public double? MinCosine { get; init; }

    /// <summary>Inputs to measure on; 0 measures nothing. Default 16.</summary>
    public int Samples { get; init; } = 16;

    /// <summary>A labels file to take the inputs from; null generates synthetic ones. Default null.</summary>
    public string? Labels { get; init; }

    /// <summary>The folder of that file's images.</summary>
    public string? Images { get; init; }

    /// <summary>Threads of one run. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">One is out of range, or they do not fit together.</exception>
    public void Validate()
    {
        if (Samples is < 0 or > 100_000)
        {
            throw new InputException($"samples is {Samples}; expected 0 to 100000.");
        }

        if (MinCosine is { } least && (!(least > 0 && least < 1) || Samples == 0))
        {
            throw new InputException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"min-cosine is {least} on {Samples} samples; expected a number between 0 and 1, and at least one sample to measure it on."));
        }

        if (Images is not null && Labels is null)
        {
            throw new InputException("images without labels; expected the labels file that names them.");
        }
    }
}
