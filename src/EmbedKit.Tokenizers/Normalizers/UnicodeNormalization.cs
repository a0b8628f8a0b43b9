using System.Globalization;
using System.Text;

namespace EmbedKit.Tokenizers.Normalizers;

/// <summary>
/// Unicode's four normal forms (Unicode Standard Annex 15): decomposed or composed, canonically or by compatibility as well. The framework's
/// <see cref="string.Normalize()"/> returns its input unchanged in invariant-globalization mode, which this kit runs in so that it needs no ICU;
/// hence own tables.
/// </summary>
internal static class UnicodeNormalization
{
    // Hangul syllables: Unicode Standard, section 3.12.
    private const int SBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7;
    private const int LCount = 19, VCount = 21, TCount = 28, SCount = LCount * VCount * TCount;

    private static readonly Lazy<Tables> Data = new(Tables.Load);

    /// <summary>Form D, or KD with <paramref name="compatibility"/>: everything decomposed, marks in canonical order.</summary>
    internal static string Decompose(string text, bool compatibility = false) => Ascii.IsValid(text) ? text : Join(Decomposed(text, compatibility));

    /// <summary>Form C, or KC with <paramref name="compatibility"/>: decomposed, then composed canonically.</summary>
    /// <param name="text">Any text; halves of surrogate pairs become U+FFFD.</param>
    /// <param name="compatibility">Whether letters that differ in form alone become one: full width, ligatures, superscripts.</param>
    /// <returns>The text itself where it is ASCII.</returns>
    internal static string Compose(string text, bool compatibility = false)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var runes = Decomposed(text, compatibility);
        var (composed, starter, lastClass) = (new List<int>(runes.Count), -1, 0);
        foreach (var rune in runes)
        {
            var combining = Data.Value.Class(rune);
            var free = starter >= 0 && (lastClass == 0 ? starter == composed.Count - 1 : lastClass < combining);
            if (free && Composite(composed[starter], rune) is { } both)
            {
                composed[starter] = both;
                continue;
            }

            if (combining == 0)
            {
                starter = composed.Count;
            }

            lastClass = combining;
            composed.Add(rune);
        }

        return Join(composed);
    }

    private static List<int> Decomposed(string text, bool compatibility)
    {
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, compatibility, runes);
        }

        // Insertion sort of each run of marks by class; stable, and runs are short.
        for (var i = 1; i < runes.Count; i++)
        {
            var (rune, combining) = (runes[i], Data.Value.Class(runes[i]));
            var at = i;
            for (; combining > 0 && at > 0 && Data.Value.Class(runes[at - 1]) > combining; at--)
            {
                runes[at] = runes[at - 1];
            }

            runes[at] = rune;
        }

        return runes;
    }

    private static void Decompose(int rune, bool compatibility, List<int> output)
    {
        if (rune is >= SBase and < SBase + SCount)
        {
            var syllable = rune - SBase;
            output.Add(LBase + (syllable / (VCount * TCount)));
            output.Add(VBase + (syllable % (VCount * TCount) / TCount));
            if (syllable % TCount != 0)
            {
                output.Add(TBase + (syllable % TCount));
            }
        }
        else if (Data.Value.Parts.TryGetValue(rune, out var parts))
        {
            foreach (var part in parts)
            {
                Decompose(part, compatibility, output);
            }
        }
        else if (compatibility && Data.Value.Compatible.TryGetValue(rune, out var compatible))
        {
            output.AddRange(compatible);
        }
        else
        {
            output.Add(rune);
        }
    }

    private static int? Composite(int first, int second)
    {
        if (first is >= LBase and < LBase + LCount && second is >= VBase and < VBase + VCount)
        {
            return SBase + ((((first - LBase) * VCount) + second - VBase) * TCount);
        }

        if (first is >= SBase and < SBase + SCount && (first - SBase) % TCount == 0 && second is > TBase and < TBase + TCount)
        {
            return first + second - TBase;
        }

        return Data.Value.Composites.TryGetValue((first, second), out var both) ? both : null;
    }

    private static string Join(List<int> runes)
    {
        var text = new StringBuilder(runes.Count);
        foreach (var rune in runes)
        {
            text.Append(new Rune(rune));
        }

        return text.ToString();
    }

    private sealed class Tables
    {
        private readonly Dictionary<int, byte> _classes = [];

        internal Dictionary<int, int[]> Parts { get; } = [];

        internal Dictionary<int, int[]> Compatible { get; } = [];

        internal Dictionary<(int First, int Second), int> Composites { get; } = [];

        internal int Class(int rune) => rune < 0x300 ? 0 : _classes.GetValueOrDefault(rune);

        internal static Tables Load()
        {
            var tables = new Tables();
            foreach (var fields in Lines("CanonicalDecompositions.txt"))
            {
                tables.Add(fields);
            }

            foreach (var fields in Lines("CompatibilityDecompositions.txt"))
            {
                tables.Compatible[Number(fields[0])] = [.. fields[1..].Select(Number)];
            }

            return tables;
        }

        private static IEnumerable<string[]> Lines(string resource)
        {
            using var stream = typeof(Tables).Assembly.GetManifestResourceStream(resource)!;
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                if (!line.StartsWith('#'))
                {
                    yield return line.Split(' ');
                }
            }
        }

        private static int Number(string field) => int.Parse(field, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

        private void Add(string[] fields)
        {
            var numbers = fields.Where(f => f != "!").Select(f => Number(f.TrimStart('='))).ToArray();
            if (fields[^1].StartsWith('='))
            {
                for (var rune = numbers[0]; rune <= numbers[1]; rune++)
                {
                    _classes[rune] = (byte)numbers[2];
                }

                return;
            }

            Parts[numbers[0]] = numbers[1..];
            if (numbers.Length == 3 && fields[^1] != "!")
            {
                Composites[(numbers[1], numbers[2])] = numbers[0];
            }
        }
    }
}
