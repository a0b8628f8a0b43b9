namespace EmbedKit.Tokenizers.Normalizers;

/// <summary>
/// A read-only trie over bytes in two interleaved arrays (Aoe 1989), in the unit layout of Darts-clone, which SentencePiece stores.
/// </summary>
/// <param name="units">The units.</param>
internal sealed class DoubleArrayTrie(uint[] units)
{
    /// <summary>The values of the keys that the bytes begin with, shortest first.</summary>
    internal IEnumerable<(int Length, int Value)> Prefixes(ReadOnlyMemory<byte> bytes)
    {
        var at = Offset(units[0]);
        for (var i = 0; i < bytes.Length; i++)
        {
            var label = bytes.Span[i];
            at ^= label;
            if (at >= units.Length || (units[at] & 0x8000_00FF) != label || label == 0)
            {
                yield break;
            }

            var unit = units[at];
            at ^= Offset(unit);
            if ((unit & 0x100) != 0 && at < units.Length)
            {
                yield return (i + 1, (int)(units[at] & 0x7FFF_FFFF));
            }
        }
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
