using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EmbedKit.Runtime;

/// <summary>One root seed, from which every random stream of a run is derived by name, so that adding a stream never shifts another.</summary>
/// <param name="rootSeed">The seed the user gave.</param>
public sealed class RandomStreams(long rootSeed)
{
    /// <summary>The root seed.</summary>
    public long RootSeed { get; } = rootSeed;

    /// <summary>The seed of one stream: the first eight bytes of SHA-256 over root seed and name.</summary>
    /// <param name="name">The stream's name, e.g. <c>init/early/seed=3</c>.</param>
    public ulong SeedOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var key = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{RootSeed}/{name}");
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    /// <summary>A fresh generator for the named stream; the same name always starts the same sequence.</summary>
    /// <param name="name">The stream's name.</param>
    public SeededRandom Create(string name) => new(SeedOf(name));

    /// <summary>Streams for a part of the run, derived from this root and <paramref name="name"/>.</summary>
    /// <param name="name">The part's name.</param>
    public RandomStreams Derive(string name) => new(unchecked((long)SeedOf(name)));
}
