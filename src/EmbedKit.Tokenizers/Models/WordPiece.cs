namespace EmbedKit.Tokenizers.Models;

/// <summary>
/// BERT's model (Devlin et al. 2019), as Hugging Face's <c>WordPiece</c> does it: the longest token from the left, again and again; a word
/// of which any part has none is unknown as a whole.
/// </summary>
/// <param name="vocabulary">Tokens.</param>
/// <param name="unknown">The token for unknown words.</param>
/// <param name="continuation">What stands before tokens that do not begin a word.</param>
/// <param name="longestWord">Characters beyond which a word is unknown.</param>
internal sealed class WordPiece(Vocabulary vocabulary, string unknown, string continuation = "##", int longestWord = 100) : ITokenModel
{
    private readonly int _unknown = vocabulary.Require(unknown);

    public Vocabulary Vocabulary { get; } = vocabulary;

    public void Encode(string word, List<int> ids)
    {
        var first = ids.Count;
        var tooLong = word.Length > longestWord && word.EnumerateRunes().Count() > longestWord;
        for (var start = 0; start < word.Length;)
        {
            var prefix = start == 0 ? 0 : continuation.Length;
            var rest = start == 0 ? word : continuation + word[start..];
            int? id = null;
            var length = tooLong ? prefix : rest.Length;
            while (length > prefix && (id = Vocabulary.IdOf(rest.AsSpan(0, length))) is null)
            {
                length--;
            }

            if (id is null)
            {
                ids.RemoveRange(first, ids.Count - first);
                ids.Add(_unknown);
                return;
            }

            ids.Add(id.Value);
            start += length - prefix;
        }
    }
}
