namespace EmbedKit.Tokenizers;

/// <summary>What a model's kind implies where its configs are silent.</summary>
/// <param name="Names">The <c>tokenizer_class</c>, less "Fast", or the <c>model_type</c> of <c>config.json</c>.</param>
/// <param name="Context">Most ids of a text.</param>
/// <param name="PadsToContext">Whether the model is always given that many ids.</param>
internal sealed record TokenizerFamily(IReadOnlyList<string> Names, int Context, bool PadsToContext)
{
    /// <summary>Anything else: no limit, no filling.</summary>
    internal static TokenizerFamily Unknown { get; } = new([], int.MaxValue, PadsToContext: false);

    /// <summary>
    /// Contexts as published: CLIP (Radford et al. 2021), SigLIP 1 and 2 (Zhai et al. 2023; Tschannen et al. 2025), BERT, the first LLaMA.
    /// </summary>
    internal static TokenizerFamily Clip { get; } = new(["CLIPTokenizer", "clip"], 77, PadsToContext: true);

    internal static TokenizerFamily Siglip { get; } = new(["SiglipTokenizer", "Siglip2Tokenizer", "siglip", "siglip2"], 64, PadsToContext: true);

    internal static TokenizerFamily Bert { get; } =
        new(["BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "bert"], 512, PadsToContext: false);

    internal static TokenizerFamily Llama { get; } = new(["LlamaTokenizer", "llama"], 2048, PadsToContext: false);

    /// <summary>The family of a name, or null.</summary>
    internal static TokenizerFamily? Of(string? name) =>
        name is null ? null : new[] { Clip, Siglip, Bert, Llama }.FirstOrDefault(f => f.Names.Contains(name));
}
