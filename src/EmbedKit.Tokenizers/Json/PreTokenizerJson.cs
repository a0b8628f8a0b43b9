using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.Normalizers;
using EmbedKit.Tokenizers.PreTokenizers;

namespace EmbedKit.Tokenizers.Json;

/// <summary>Makes the pre-tokenizer that a <c>tokenizer.json</c> describes.</summary>
internal static class PreTokenizerJson
{
    private const string Known = "Sequence, ByteLevel, Split, BertPreTokenizer, Whitespace, WhitespaceSplit, Metaspace, Digits or Punctuation";

    internal static PreTokenizer Read(ConfigJson json) => json.Text("type") switch
    {
        "Sequence" => CharacterSplits.Chain([.. json.Objects("pretokenizers").Select(Read)]),
        "ByteLevel" => new ByteLevel(json.Flag("add_prefix_space", true), json.Flag("use_regex", true)).Apply,
        "Split" => Split(PatternJson.Read(json), Behaviour(json), json.Flag("invert", false)),
        "BertPreTokenizer" => CharacterSplits.Bert,
        "Whitespace" => CharacterSplits.Words,
        "WhitespaceSplit" => CharacterSplits.At(Characters.IsSpace, SplitBehaviour.Removed),
        "Metaspace" => Metaspace(json).Apply,
        "Digits" => CharacterSplits.At(
            Characters.IsNumber, json.Flag("individual_digits", false) ? SplitBehaviour.Isolated : SplitBehaviour.Contiguous),
        "Punctuation" => CharacterSplits.At(Characters.IsPunctuation, json.Has("behavior") ? Behaviour(json) : SplitBehaviour.Isolated),
        var other => throw json.Error("pre_tokenizer", $"of type '{other}'", Known),
    };

    private static PreTokenizer Split(TextPattern pattern, SplitBehaviour behaviour, bool invert) => piece =>
        Stretches.Cut(piece, pattern.Find(piece.Text).Select(s => s with { IsMatch = s.IsMatch != invert }), behaviour);

    private static SplitBehaviour Behaviour(ConfigJson json) =>
        Enum.TryParse<SplitBehaviour>(json.Text("behavior"), out var behaviour) && Enum.IsDefined(behaviour) ? behaviour
            : throw json.Error("behavior", $"'{json.Text("behavior")}'", string.Join(", ", Enum.GetNames<SplitBehaviour>()));

    private static Metaspace Metaspace(ConfigJson json)
    {
        var mark = json.Text("replacement") ?? PreTokenizers.Metaspace.Space.ToString();
        if (mark.Length != 1)
        {
            throw json.Error("replacement", $"'{mark}'", "one character below U+10000");
        }

        var scheme = json.Text("prepend_scheme") switch
        {
            null => json.Flag("add_prefix_space", true) ? PrependScheme.Always : PrependScheme.Never,
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            var other => throw json.Error("prepend_scheme", $"'{other}'", "always, first or never"),
        };
        return scheme != PrependScheme.Never && !json.Flag("add_prefix_space", true)
            ? throw json.Error("add_prefix_space", "false", $"true beside the prepend_scheme '{json.Text("prepend_scheme")}'")
            : new(mark[0], scheme, json.Flag("split", true));
    }
}
