using EmbedKit.Runtime;

namespace EmbedKit.Demo.World;

/// <summary>What to draw from the demo world.</summary>
internal sealed record DemoOptions
{
    /// <summary>Rows. Default 1,400; at least 60, so that every class has rows.</summary>
    public int Size { get; init; } = 1400;

    /// <summary>
    /// How widely looks vary, in [0, 3]. 1 is the demo; above 1 light, skin, colours, sizes and the traits within a class spread wider, as
    /// befits the draw that encoders are trained on.
    /// </summary>
    public double Variation { get; init; } = 1;

    /// <summary>Name of the random streams. <c>demo</c> is what users see; encoders are trained on <c>encoders</c>, so that they meet no image
    /// twice.</summary>
    public string Draw { get; init; } = "demo";

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InputException">A value is out of range.</exception>
    public void Validate()
    {
        if (Size is < 60 or > 1_000_000)
        {
            throw new InputException($"demo size is {Size}; expected 60 to 1000000 rows.");
        }

        if (Variation is not (>= 0 and <= 3))
        {
            throw new InputException(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"demo variation is {Variation}; expected 0 to 3."));
        }
    }
}
