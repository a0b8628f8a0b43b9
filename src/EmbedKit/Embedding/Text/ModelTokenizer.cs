using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers;

namespace EmbedKit.Embedding.Text;

/// <summary>The tokenizer of a model folder. Whatever its files do wrong, read or run, is an <see cref="InputException"/>. Thread-safe.</summary>
public sealed class ModelTokenizer
{
    private readonly TextTokenizer _tokenizer;

    private ModelTokenizer(TextTokenizer tokenizer) => _tokenizer = tokenizer;

    /// <summary>The model's context: most ids a text may have, special tokens included.</summary>
    public int MaxLength => _tokenizer.MaxLength;

    /// <summary>Number of ids; all ids are below it.</summary>
    public int VocabularySize => _tokenizer.VocabularySize;

    /// <inheritdoc cref="TextTokenizer.PadId"/>
    internal int PadId => _tokenizer.PadId;

    /// <inheritdoc cref="TextTokenizer.FixedLength"/>
    internal int? FixedLength => _tokenizer.FixedLength;

    /// <inheritdoc cref="TextTokenizer.PadsLeft"/>
    internal bool PadsLeft => _tokenizer.PadsLeft;

    /// <summary>Reads the tokenizer of a folder that need hold nothing else; see <see cref="TokenizerFolder"/> for the files.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">Files are missing or make no sense, or are of a kind that is not read.</exception>
    public static ModelTokenizer Read(string folder) => new(AsInput(() => TokenizerFolder.Read(folder)));

    /// <summary>Reads the tokenizer of a model.</summary>
    /// <param name="model">The model folder.</param>
    /// <exception cref="InputException">As the other; or its ids exceed the model's vocabulary.</exception>
    public static ModelTokenizer Read(ModelFolder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var tokenizer = Read(model.Path);
        return model.Config.VocabularySize is { } size && tokenizer.VocabularySize > size
            ? throw new InputException(
                $"{model.Path}: the tokenizer has {tokenizer.VocabularySize} ids, the config says vocab_size {size}; expected a tokenizer and a "
                    + "model that belong together.")
            : tokenizer;
    }

    /// <summary>Tokenizes a text. What does not fit is cut between the special tokens, at the side the config says, and counted.</summary>
    /// <param name="text">Any text, empty included.</param>
    /// <exception cref="InputException">The tokenizer's patterns or replacements never come to an end with this text.</exception>
    public TokenizedText Encode(string text) => AsInput(() => _tokenizer.Encode(text));

    /// <summary>What an id stands for, as the vocabulary's files write it: <c>▁</c> for a space (SentencePiece), <c>&lt;/w&gt;</c> for the end of a
    /// word (CLIP).</summary>
    /// <param name="id">0 … <see cref="VocabularySize"/> − 1; an empty string where the vocabulary has a hole.</param>
    public string TokenOf(int id) => _tokenizer.TokenOf(id);

    private static T AsInput<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (TokenizerException error)
        {
            throw new InputException(error.Message, error);
        }
    }
}
