namespace EmbedKit.Data.Splits;

/// <summary>
/// NumPy's legacy <c>RandomState</c> as far as splits need it: MT19937 (Matsumoto and Nishimura 1998) and its <c>permutation</c>, number for
/// number. Only for reproducing what others published; everything of this kit draws from <see cref="Runtime.SeededRandom"/>.
/// </summary>
internal sealed class NumpyRandomState
{
    private const int Length = 624;
    private const int Middle = 397;
    private readonly uint[] _state = new uint[Length];
    private int _at = Length;

    /// <summary>As <c>RandomState(seed)</c> with an integer seed.</summary>
    internal NumpyRandomState(uint seed)
    {
        for (var i = 0u; i < Length; i++)
        {
            _state[i] = seed;
            seed = (1812433253u * (seed ^ (seed >> 30))) + i + 1;
        }
    }

    /// <summary>The next 32 random bits.</summary>
    internal uint NextUInt32()
    {
        if (_at == Length)
        {
            Twist();
        }

        var y = _state[_at++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    /// <summary>The numbers 0 to <paramref name="count"/> − 1 in random order, as <c>permutation(count)</c>.</summary>
    internal int[] Permutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        Shuffle(order);
        return order;
    }

    /// <summary>Shuffles in place, as <c>shuffle</c> of a one-dimensional array.</summary>
    internal void Shuffle(int[] values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = UpTo((uint)i);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <summary>0 to <paramref name="most"/>, both possible: bits are cut to the smallest mask that holds it and drawn again when above.</summary>
    private uint UpTo(uint most)
    {
        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(most);
        uint value;
        do
        {
            value = NextUInt32() & mask;
        }
        while (value > most);
        return value;
    }

    private void Twist()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7fffffff);
            _state[i] = _state[(i + Middle) % Length] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }

        _at = 0;
    }
}
