using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Tokenization;

/// <summary>What <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>config.json</c> say of a tokenizer; each may be missing.</summary>
internal sealed class TokenizerSettings : IDisposable
{
    // transformers writes 10^30 for "no limit".
    private const double NoLimit = 1e9;
    private readonly ConfigJson? _tokenizer;
    private readonly ConfigJson? _specialTokens;
    private readonly ConfigJson? _model;
    private readonly ConfigJson? _openClip;

    private TokenizerSettings(string folder)
    {
        ConfigJson? ReadOptional(string file) => File.Exists(Path.Combine(folder, file)) ? ConfigJson.Read(Path.Combine(folder, file)) : null;
        Folder = folder;
        _tokenizer = ReadOptional("tokenizer_config.json");
        _specialTokens = ReadOptional("special_tokens_map.json");
        _model = ReadOptional("config.json");
        _openClip = ReadOptional("open_clip_config.json");
    }

    internal string Folder { get; }

    internal static TokenizerSettings Read(string folder) => new(folder);

    internal bool Flag(string key, bool missing) => _tokenizer?.Flag(key, missing) ?? missing;

    internal bool? OptionalFlag(string key) => _tokenizer?.Has(key) == true ? _tokenizer.Flag(key, false) : null;

    /// <summary>The id of a special token that a config names as text or as an object with <c>content</c>; null where none does.</summary>
    internal int? Token(string key, Func<string, int?> idOf)
    {
        var json = _tokenizer?.Has(key) == true ? _tokenizer : _specialTokens;
        if (json?.Has(key) != true)
        {
            return null;
        }

        var value = json.Root.GetProperty(key);
        value = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content) ? content : value;
        var token = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw json.Error(key, value.GetRawText(), "a token");
        return idOf(token) ?? throw json.Error(key, $"'{token}', which the vocabulary lacks", "one of its tokens");
    }

    /// <summary>The smaller of the tokenizer's and the model's limit, or <paramref name="missing"/> where neither is given.</summary>
    internal int Context(int missing, int special)
    {
        var limits = new List<double>();
        if (_tokenizer?.Number("model_max_length", NoLimit) is { } length && length < NoLimit)
        {
            limits.Add(length);
        }

        var text = _model?.Object("text_config");
        if ((_model?.Count("max_position_embeddings") ?? text?.Count("max_position_embeddings")) is { } positions)
        {
            limits.Add(positions);
        }

        if (_openClip?.Object("model_cfg")?.Object("text_cfg")?.Count("context_length") is { } openClipContext)
        {
            limits.Add(openClipContext);
        }

        var context = limits.Count > 0 ? limits.Min() : missing;
        return context > special ? (int)context
            : throw new InputException($"{Folder}: a context of {context} tokens; expected more than the {special} special tokens around every text.");
    }

    public void Dispose()
    {
        _tokenizer?.Dispose();
        _specialTokens?.Dispose();
        _model?.Dispose();
        _openClip?.Dispose();
    }
}
