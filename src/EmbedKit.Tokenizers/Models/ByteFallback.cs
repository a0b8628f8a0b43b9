using System.Text;

namespace EmbedKit.Tokenizers.Models;

/// <summary>Spells what a vocabulary lacks in byte tokens.</summary>
/// <param name="vocabulary">A vocabulary with <c>&lt;0x00&gt;</c> … <c>&lt;0xFF&gt;</c>.</param>
internal sealed class ByteFallback(Vocabulary vocabulary)
{
    private readonly int?[] _bytes = vocabulary.Bytes();

    /// <summary>A text's bytes as ids, or null where one of them has no token.</summary>
    internal int[]? Spell(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        var ids = new int[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (_bytes[bytes[i]] is not { } id)
            {
                return null;
            }

            ids[i] = id;
        }

        return ids;
    }
}
