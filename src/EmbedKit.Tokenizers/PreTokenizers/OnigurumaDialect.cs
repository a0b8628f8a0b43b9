using System.Globalization;
using System.Text;

namespace EmbedKit.Tokenizers.PreTokenizers;

/// <summary>
/// Rewrites a regular expression of Oniguruma (what Hugging Face's tokenizers run) for .NET. What the two would read differently and this
/// does not translate is refused, never guessed.
/// </summary>
internal sealed class OnigurumaDialect
{
    private const string WordCharacters = @"\p{L}\p{M}\p{Nl}\p{Nd}\p{Pc}\u24B6-\u24E9";
    private const string SameEscapes = "sSdDnrtfvaeAzZ";

    private static readonly Dictionary<string, string> Categories = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Letter"] = "L",
        ["Mark"] = "M",
        ["Number"] = "N",
        ["Punctuation"] = "P",
        ["Symbol"] = "S",
        ["Separator"] = "Z",
        ["Other"] = "C",
    };

    private readonly string _pattern;
    private readonly string _source;
    private readonly StringBuilder _output = new();
    private int _at;
    private bool _inClass;

    private OnigurumaDialect(string pattern, string source) => (_pattern, _source) = (pattern, source);

    internal static string ToDotNet(string pattern, string source) => new OnigurumaDialect(pattern, source).Translate();

    private string Translate()
    {
        // An s also means the long ſ where case does not matter; .NET's table lacks that pair.
        var anyCase = _pattern.Contains("(?i", StringComparison.Ordinal);
        while (_at < _pattern.Length)
        {
            var c = _pattern[_at];
            if (char.IsSurrogate(c))
            {
                throw Refuse("a character beyond U+FFFF");
            }

            if (c == '\\')
            {
                Escape();
                continue;
            }

            _ = c switch
            {
                '[' when _inClass => throw Refuse("a class inside a class"),
                '&' when _inClass && Next(1) == '&' => throw Refuse("an intersection of classes"),
                '[' => OpenClass(),
                ']' when _inClass => CloseClass(),
                '(' when !_inClass && Next(1) == '?' => OpenGroup(),
                '{' when !_inClass && Next(1) == ',' => Write("{0", 1),
                's' or 'S' when anyCase && !_inClass => Write("[sS\u017F]", 1),
                _ => Write(c.ToString(), 1),
            };
        }

        return _output.ToString();
    }

    private char Next(int ahead) => _at + ahead < _pattern.Length ? _pattern[_at + ahead] : '\0';

    private bool Write(string text, int length)
    {
        _output.Append(text);
        _at += length;
        return true;
    }

    private bool OpenClass()
    {
        _inClass = true;
        var negated = Next(1) == '^';
        var first = Next(negated ? 2 : 1);
        _ = Write(negated ? "[^" : "[", negated ? 2 : 1);
        return first != ']' || Write(@"\]", 1);
    }

    private bool CloseClass()
    {
        _inClass = false;
        return Write("]", 1);
    }

    private bool OpenGroup()
    {
        string[] known = ["(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?i)"];
        var group = Array.Find(known, k => string.CompareOrdinal(_pattern, _at, k, 0, k.Length) == 0) ?? throw Refuse("an extended group");
        return Write(group, group.Length);
    }

    private void Escape()
    {
        var c = Next(1);
        if (c is 'p' or 'P')
        {
            Property();
        }
        else if (c == 'w' || (c == 'W' && !_inClass))
        {
            _ = Write(_inClass ? WordCharacters : $"[{(c == 'W' ? "^" : "")}{WordCharacters}]", 2);
        }
        else if (c == 'x' && Next(2) == '{')
        {
            var end = _pattern.IndexOf('}', _at);
            var digits = end < 0 ? "" : _pattern[(_at + 3)..end];
            _ = Write(ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                ? $@"\u{code:X4}" : throw Refuse($"the character \\x{{{digits}}}"), end + 1 - _at);
        }
        else if (c is 'u' or 'x' || SameEscapes.Contains(c, StringComparison.Ordinal) || (c != '\0' && c < 0x80 && !char.IsAsciiLetterOrDigit(c)))
        {
            _ = Write($"\\{c}", 2);
        }
        else
        {
            throw Refuse($"\\{c}");
        }
    }

    private void Property()
    {
        var end = Next(2) == '{' ? _pattern.IndexOf('}', _at) : -1;
        var name = end < 0 ? "" : _pattern[(_at + 3)..end];
        var negated = name.StartsWith('^') != (Next(1) == 'P');
        name = name.TrimStart('^');
        name = Categories.GetValueOrDefault(name, name);
        if (name.Length is 0 or > 2)
        {
            throw Refuse($"the property '{name}'");
        }

        _ = Write($@"\{(negated ? 'P' : 'p')}{{{name}}}", end + 1 - _at);
    }

    private TokenizerException Refuse(string what) =>
        new($"{_source}: pattern '{_pattern}' uses {what} at character {_at + 1}, which this kit does not read; "
            + "expected categories, classes, groups, look-around and repetition.");
}
