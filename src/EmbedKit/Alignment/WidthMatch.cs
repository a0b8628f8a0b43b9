using EmbedKit.Runtime;

namespace EmbedKit.Alignment;

/// <summary>How two modalities of unequal widths get one width.</summary>
public enum WidthMethod
{
    /// <summary>The narrower is stretched by interpolation over the coordinate index (<see cref="Stretch"/>): the published choice.</summary>
    Interpolate,

    /// <summary>The narrower gets zeros behind: lengths and cosines within it stay.</summary>
    ZeroPad,

    /// <summary>
    /// The wider is projected onto its leading principal directions, learned from training rows. The mean is not taken off, so that a gap
    /// between the modalities stays one.
    /// </summary>
    Pca,

    /// <summary>The wider is multiplied by a Gaussian matrix, which keeps lengths and cosines roughly (Johnson and Lindenstrauss 1984).</summary>
    RandomProjection,
}

/// <summary>How widths are matched where they differ; equal widths are left alone.</summary>
public sealed record WidthMatch
{
    /// <summary>The method. Default interpolation, as published.</summary>
    public WidthMethod Method { get; init; } = WidthMethod.Interpolate;

    /// <summary>Where a random projection comes from: the stream <c>random-projection</c>. Default root seed 0.</summary>
    public RandomStreams Random { get; init; } = new(0);

    /// <summary>The names on the command line.</summary>
    public static IReadOnlyList<string> Names { get; } = ["interpolate", "zero-pad", "pca", "random-projection"];

    /// <summary>The method of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="random">For a random projection.</param>
    /// <exception cref="InputException">Another name; the message lists them.</exception>
    public static WidthMatch Parse(string name, RandomStreams random)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
            {
                return new() { Method = (WidthMethod)i, Random = random };
            }
        }

        throw new InputException($"width matching '{name}'; expected one of {string.Join(", ", Names)}.");
    }
}
