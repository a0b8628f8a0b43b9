using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Alignment;

/// <summary>
/// Frozen noise, x + σ·ε with ε ~ N(0, I): a row's noise depends on the seed, its modality and its id, not on the rows around it. On unit
/// rows ‖σε‖ ≈ σ√D is the noise-to-signal ratio. (Noise that is fresh for every minibatch belongs to training.)
/// </summary>
public sealed class GaussianNoise
{
    private readonly RandomStreams _random;

    /// <summary>Fixes strength and seed.</summary>
    /// <param name="sigma">σ, at least 0.</param>
    /// <param name="random">Streams are named <c>noise/MODALITY/ID</c>.</param>
    /// <exception cref="InputException">σ is negative or no finite number.</exception>
    public GaussianNoise(double sigma, RandomStreams random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!double.IsFinite(sigma) || sigma < 0)
        {
            throw new InputException($"sigma is {sigma}; expected a number of at least 0.");
        }

        (Sigma, _random) = (sigma, random);
    }

    /// <summary>σ.</summary>
    public double Sigma { get; }

    /// <summary>The root of its streams: equal σ and seed add equal noise.</summary>
    public long Seed => _random.RootSeed;

    /// <summary>Both modalities with noise.</summary>
    /// <param name="set">N rows.</param>
    public EmbeddingSet Add(EmbeddingSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Sigma == 0 ? set : set.With(Add(set.Image, set.Ids, "image"), Add(set.Text, set.Ids, "text"));
    }

    private EmbeddingMatrix? Add(EmbeddingMatrix? matrix, string[] ids, string modality)
    {
        return matrix is null ? null : EmbeddingMatrix.Make(matrix.Rows, matrix.Dimension, (i, to) =>
        {
            var stream = _random.Create($"noise/{modality}/{ids[i]}");
            var from = matrix.Row(i);
            for (var d = 0; d < from.Length; d++)
            {
                to[d] = (float)(from[d] + (Sigma * stream.NextGaussian()));
            }
        });
    }
}
