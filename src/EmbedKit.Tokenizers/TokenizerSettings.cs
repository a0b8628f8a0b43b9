using System.Text.Json;
using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.Json;
using EmbedKit.Tokenizers.Normalizers;

namespace EmbedKit.Tokenizers;

/// <summary>
/// What <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>config.json</c>, <c>open_clip_config.json</c> and
/// <c>sentence_bert_config.json</c> say of a tokenizer; each may be missing.
/// </summary>
internal sealed class TokenizerSettings : IDisposable
{
    // transformers writes 10^30 for "no limit".
    private const double NoLimit = 1e9;
    private readonly ConfigJson? _specialTokens;
    private readonly ConfigJson? _model;
    private readonly ConfigJson? _openClip;
    private readonly ConfigJson? _sentence;

    private TokenizerSettings(string folder)
    {
        ConfigJson? ReadOptional(string file) => File.Exists(Path.Combine(folder, file)) ? ConfigJson.Read(Path.Combine(folder, file)) : null;
        Folder = folder;
        Tokenizer = ReadOptional("tokenizer_config.json");
        _specialTokens = ReadOptional("special_tokens_map.json");
        _model = ReadOptional("config.json");
        _openClip = ReadOptional("open_clip_config.json");
        _sentence = ReadOptional("sentence_bert_config.json");
        var name = Tokenizer?.Text("tokenizer_class");
        Class = name?.EndsWith("Fast", StringComparison.Ordinal) == true ? name[..^4] : name;
        Family = TokenizerFamily.Of(_model?.Text("model_type")) ?? TokenizerFamily.Of(Class);
    }

    internal string Folder { get; }

    /// <summary><c>tokenizer_config.json</c>, or null.</summary>
    internal ConfigJson? Tokenizer { get; }

    /// <summary>The <c>tokenizer_class</c>, less "Fast", or null.</summary>
    internal string? Class { get; }

    /// <summary>The family that the model's type or else the class names, or null.</summary>
    internal TokenizerFamily? Family { get; }

    /// <summary>
    /// SigLIP 2 was trained on lower case, which its Gemma tokenizer knows nothing of; of others sentence-transformers' config may say so.
    /// </summary>
    internal bool LowersFirst =>
        Class == "Siglip2Tokenizer" || _model?.Text("model_type") == "siglip2" || _sentence?.Flag("do_lower_case", false) == true;

    /// <summary>Whether what is too long loses its beginning; null where the config does not say.</summary>
    internal bool? CutsLeft => Side("truncation_side");

    /// <summary>Whether filling goes in front; null where the config does not say.</summary>
    internal bool? PadsLeft => Side("padding_side");

    /// <summary>OpenCLIP's context, up to which it fills every text; null where the folder is not its.</summary>
    internal int? OpenClipContext => _openClip?.Object("model_cfg")?.Object("text_cfg")?.Count("context_length");

    /// <summary>sentence-transformers fills up to the longest text of a batch, whatever tokenizer.json was saved with.</summary>
    internal bool FillsToLongest => _sentence is not null;

    internal static TokenizerSettings Read(string folder) => new(folder);

    internal bool Flag(string key, bool missing) => Tokenizer?.Flag(key, missing) ?? missing;

    /// <summary>BERT's flags where <c>tokenizer_config.json</c> gives them, else as they are.</summary>
    internal BertNormalizer Bert(BertNormalizer normalizer) => normalizer with
    {
        LowerCase = Flag("do_lower_case", normalizer.LowerCase),
        StripAccents = Tokenizer?.Has("strip_accents") == true ? Flag("strip_accents", false) : normalizer.StripAccents,
        SeparateCjk = Flag("tokenize_chinese_chars", normalizer.SeparateCjk),
    };

    /// <summary>The same where the class is one of BERT's, which let the configs change what <c>tokenizer.json</c> says.</summary>
    internal BertNormalizer BertByClass(BertNormalizer normalizer) =>
        TokenizerFamily.Of(Class) == TokenizerFamily.Bert ? Bert(normalizer) : normalizer;

    /// <summary>A special token that a config names as text or as an object with <c>content</c>; null where none does.</summary>
    /// <exception cref="TokenizerException">The vocabulary lacks it.</exception>
    internal AddedToken? SpecialToken(string key, Func<string, int?> idOf)
    {
        var json = Tokenizer?.Has(key) == true ? Tokenizer : _specialTokens;
        if (json?.Has(key) != true)
        {
            return null;
        }

        var value = json.Root.GetProperty(key);
        var token = value.ValueKind switch
        {
            JsonValueKind.Object => json.Object(key)!.Text("content"),
            JsonValueKind.String => value.GetString(),
            _ => null,
        };
        if (token is null)
        {
            throw json.Error(key, value.GetRawText(), "a token");
        }

        var id = idOf(token) ?? throw json.Error(key, $"'{token}', which the vocabulary lacks", "one of its tokens");
        return (value.ValueKind == JsonValueKind.Object ? AddedToken.Read(json.Object(key)!, id) : new(token, id)) with { Special = true };
    }

    /// <summary>The ids of the begin and end tokens that <c>add_bos_token</c> and <c>add_eos_token</c> ask for.</summary>
    internal (int? Begin, int? End) BeginAndEnd(Func<string, int?> idOf, int? begin, int? end, bool addEnd = false) =>
        (Flag("add_bos_token", true) ? SpecialToken("bos_token", idOf)?.Id ?? begin : null,
            Flag("add_eos_token", addEnd) ? SpecialToken("eos_token", idOf)?.Id ?? end : null);

    /// <summary>
    /// The smallest of the limits that are given: <c>model_max_length</c>, <c>max_position_embeddings</c>, <c>context_length</c>,
    /// <c>max_seq_length</c>, and the tokenizer's own where it also fixes a length; else the tokenizer's own, else the family's.
    /// </summary>
    internal int Context(TokenizerFamily family, int? own, bool ownCounts, int special)
    {
        var limits = new List<double>();
        if (Tokenizer?.Number("model_max_length", NoLimit) is { } length && length < NoLimit)
        {
            limits.Add(length);
        }

        var positions = _model?.Count("max_position_embeddings") ?? _model?.Object("text_config")?.Count("max_position_embeddings");
        int?[] given = [positions, OpenClipContext, _sentence?.Count("max_seq_length"), ownCounts ? own : null];
        limits.AddRange(given.OfType<int>().Select(l => (double)l));
        var context = limits.Count > 0 ? limits.Min() : own ?? family.Context;
        return context > special ? (int)context
            : throw new TokenizerException(
                $"{Folder}: a context of {Tokens(context, "token")}; expected more than the {Tokens(special, "special token")} around every text.");

        static string Tokens(double count, string unit) => FormattableString.Invariant($"{count} {unit}{(count == 1 ? "" : "s")}");
    }

    public void Dispose()
    {
        Tokenizer?.Dispose();
        _specialTokens?.Dispose();
        _model?.Dispose();
        _openClip?.Dispose();
        _sentence?.Dispose();
    }

    private bool? Side(string key) => Tokenizer?.Text(key) switch
    {
        null => null,
        "left" => true,
        "right" => false,
        var other => throw Tokenizer!.Error(key, $"'{other}'", "left or right"),
    };
}
