using System.Globalization;
using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.Models;

namespace EmbedKit.Tokenizers;

/// <summary>
/// The added tokens of a tokenizer: those of its own file, as <c>added_tokens_decoder</c> of <c>tokenizer_config.json</c> corrects them, and
/// the special tokens that the configs name.
/// </summary>
internal sealed class AddedTokens
{
    private static readonly string[] Names = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];
    private readonly Dictionary<string, AddedToken> _byContent;
    private readonly Dictionary<int, string> _byId = [];

    private AddedTokens(Dictionary<string, AddedToken> tokens, bool specialAsText, Vocabulary vocabulary)
    {
        (_byContent, SpecialAsText) = (tokens, specialAsText);
        foreach (var token in tokens.Values)
        {
            var (known, other) = (vocabulary.IdOf(token.Content), vocabulary.TokenOf(token.Id));
            if ((known is { } id && id != token.Id) || (other is not null && other != token.Content) || !_byId.TryAdd(token.Id, token.Content))
            {
                var owner = other ?? _byId.GetValueOrDefault(token.Id) ?? token.Content;
                var own = known is null ? "" : $" (its own id is {known})";
                throw new TokenizerException(
                    $"{vocabulary.Source}: added token '{token.Content}' has id {token.Id}, which belongs to '{owner}'{own}; "
                    + "expected ids that agree.");
            }
        }
    }

    /// <summary>All of them.</summary>
    internal IReadOnlyCollection<AddedToken> All => _byContent.Values;

    /// <summary>Those looked for in texts.</summary>
    internal IEnumerable<AddedToken> Sought => All.Where(t => t.Content.Length > 0 && !(SpecialAsText && t.Special));

    /// <summary>Whether a special token written out in a text is text like any other (<c>split_special_tokens</c>).</summary>
    private bool SpecialAsText { get; }

    /// <param name="own">What the tokenizer's file lists.</param>
    /// <param name="settings">The configs.</param>
    /// <param name="vocabulary">The model's tokens.</param>
    /// <param name="specialAsText">Whether special tokens in a text are text where <c>split_special_tokens</c> does not say.</param>
    internal static AddedTokens Collect(IEnumerable<AddedToken> own, TokenizerSettings settings, Vocabulary vocabulary, bool specialAsText = true)
    {
        var tokens = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        foreach (var token in own.Concat(Listed(settings)))
        {
            tokens[token.Content] = token;
        }

        int? IdOf(string content) => tokens.GetValueOrDefault(content)?.Id ?? vocabulary.IdOf(content);
        foreach (var token in Names.Select(n => settings.SpecialToken(n, IdOf)).OfType<AddedToken>())
        {
            tokens.TryAdd(token.Content, token);
        }

        return new(tokens, settings.Flag("split_special_tokens", specialAsText), vocabulary);
    }

    internal int? IdOf(string content) => _byContent.GetValueOrDefault(content)?.Id;

    internal string? TokenOf(int id) => _byId.GetValueOrDefault(id);

    private static IEnumerable<AddedToken> Listed(TokenizerSettings settings)
    {
        if (settings.Tokenizer?.Object("added_tokens_decoder") is not { } list)
        {
            yield break;
        }

        foreach (var entry in list.Root.EnumerateObject())
        {
            yield return AddedToken.Read(
                list.Object(entry.Name) ?? throw list.Error(entry.Name, "null", "a token"),
                int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
                    : throw list.Error(entry.Name, "no number", "a token id"));
        }
    }
}
