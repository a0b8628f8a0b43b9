using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.Json;
using EmbedKit.Tokenizers.Models;

namespace EmbedKit.Tokenizers;

/// <summary>A token looked for in the text itself, before any model; flags as in <c>tokenizer.json</c>.</summary>
/// <param name="Content">What is looked for.</param>
/// <param name="Id">Its id.</param>
internal sealed record AddedToken(string Content, int Id)
{
    /// <summary>Whether it must stand between characters that belong to no word.</summary>
    internal bool SingleWord { get; init; }

    /// <summary>Whether it swallows the white space before it.</summary>
    internal bool LeftStrip { get; init; }

    /// <summary>Whether it swallows the white space after it.</summary>
    internal bool RightStrip { get; init; }

    /// <summary>Whether it is looked for in the normalised text, itself normalised.</summary>
    internal bool Normalized { get; init; }

    /// <summary>Whether it steers the model, as start and end tokens do.</summary>
    internal bool Special { get; init; }

    /// <summary>One added token.</summary>
    /// <param name="json">Its object.</param>
    /// <param name="id">Its id, where the object does not hold it.</param>
    internal static AddedToken Read(ConfigJson json, int? id = null)
    {
        var special = json.Flag("special", false);
        var content = json.Text("content") ?? throw json.Error("content", "missing from an added token", "its text");
        var found = id ?? (json.Root.TryGetProperty("id", out var value) ? TokenModelJson.Id(value) : null);
        return new(content, found is { } own and <= Vocabulary.LargestId ? own : throw json.Error("id", "missing from an added token", "a token id"))
        {
            SingleWord = json.Flag("single_word", false),
            LeftStrip = json.Flag("lstrip", false),
            RightStrip = json.Flag("rstrip", false),
            Normalized = json.Flag("normalized", !special),
            Special = special,
        };
    }
}
