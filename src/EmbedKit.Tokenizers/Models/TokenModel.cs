namespace EmbedKit.Tokenizers.Models;

/// <summary>Turns words into ids of a vocabulary. Thread-safe.</summary>
internal interface ITokenModel
{
    /// <summary>The tokens and their ids.</summary>
    Vocabulary Vocabulary { get; }

    /// <summary>Adds a word's ids.</summary>
    /// <param name="word">Not empty.</param>
    /// <param name="ids">Where they are added.</param>
    void Encode(string word, List<int> ids);
}
