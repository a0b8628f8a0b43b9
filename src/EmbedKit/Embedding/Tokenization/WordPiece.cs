using System.Globalization;
using System.Text;

namespace EmbedKit.Embedding.Tokenization;

/// <summary>
/// BERT's tokens (Devlin et al. 2019; Hugging Face's BertTokenizerFast): control characters dropped, CJK characters and punctuation set
/// apart, accents and case removed when asked, then the longest pieces of the vocabulary from the left. Thread-safe.
/// </summary>
internal sealed class WordPiece
{
    private const int LongestWord = 100;
    private const string Continuation = "##";
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    private readonly int _unknown;
    private readonly bool _lowerCase;
    private readonly bool _stripAccents;
    private readonly bool _separateCjk;

    internal WordPiece(Dictionary<string, int> vocabulary, int unknown, bool lowerCase = true, bool? stripAccents = null, bool separateCjk = true)
    {
        _vocabulary = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        (_unknown, _lowerCase, _stripAccents, _separateCjk) = (unknown, lowerCase, stripAccents ?? lowerCase, separateCjk);
    }

    /// <summary>The ids of a text, without [CLS] and [SEP].</summary>
    internal List<int> Encode(string text)
    {
        var ids = new List<int>();
        foreach (var word in Normalize(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            EncodeWord(word, ids);
        }

        return ids;
    }

    /// <summary>Cleans the text and puts spaces wherever words end.</summary>
    private string Normalize(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r')
            {
                clean.Append(' ');
            }
            else if (rune.Value is 0 or 0xFFFD || IsControl(rune))
            {
                continue;
            }
            else if (Rune.IsWhiteSpace(rune))
            {
                clean.Append(' ');
            }
            else if (_separateCjk && IsCjk(rune.Value))
            {
                clean.Append(' ').Append(rune).Append(' ');
            }
            else
            {
                clean.Append(rune);
            }
        }

        var normal = _stripAccents ? UnicodeNormalization.Decompose(clean.ToString()) : clean.ToString();
        var separated = new StringBuilder(normal.Length);
        foreach (var rune in (_lowerCase ? LowerCase.Of(normal) : normal).EnumerateRunes())
        {
            if (IsPunctuation(rune))
            {
                separated.Append(' ').Append(rune).Append(' ');
            }
            else if (!_stripAccents || Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                separated.Append(rune);
            }
        }

        return separated.ToString();
    }

    private void EncodeWord(string word, List<int> ids)
    {
        var first = ids.Count;
        var tooLong = word.Length > LongestWord && word.EnumerateRunes().Count() > LongestWord;
        for (var start = 0; start < word.Length;)
        {
            var prefix = start == 0 ? 0 : Continuation.Length;
            var rest = start == 0 ? word : Continuation + word[start..];
            var (length, id) = (tooLong ? prefix : rest.Length, 0);
            while (length > prefix && !_vocabulary.TryGetValue(rest.AsSpan(0, length), out id))
            {
                length--;
            }

            if (length == prefix)
            {
                ids.RemoveRange(first, ids.Count - first);
                ids.Add(_unknown);
                return;
            }

            ids.Add(id);
            start += length - prefix;
        }
    }

    private static bool IsControl(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static bool IsPunctuation(Rune rune) =>
        rune.Value is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~') || Rune.IsPunctuation(rune);

    private static bool IsCjk(int rune) => rune is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
