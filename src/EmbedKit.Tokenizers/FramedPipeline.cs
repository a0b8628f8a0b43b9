using EmbedKit.Tokenizers.Json;

namespace EmbedKit.Tokenizers;

/// <summary>The last step of reading a folder: from a pipeline and the configs to the tokenizer.</summary>
internal static class FramedPipeline
{
    /// <summary>A pipeline with what the configs say of its surroundings.</summary>
    /// <param name="settings">The configs.</param>
    /// <param name="pipeline">From text to ids.</param>
    /// <param name="family">What holds where nothing is said.</param>
    /// <param name="special">Ids around a text.</param>
    /// <param name="fallbackPad">The id that fills where no config names a pad token.</param>
    /// <param name="json">What <c>tokenizer.json</c> says, where there is one.</param>
    internal static TextTokenizer Frame(
        this TokenizerSettings settings, TokenizerPipeline pipeline, TokenizerFamily family, SpecialFrame special, int? fallbackPad,
        TokenizerJson? json = null)
    {
        var fixedLength = settings.FillsToLongest ? null : json?.FixedLength;
        var context = settings.Context(
            family, json?.Truncation ?? json?.FixedLength, fixedLength is not null, special.Before.Count + special.After.Count);
        return new(pipeline, new()
        {
            Before = special.Before,
            After = special.After,
            MaxLength = context,
            CutsLeft = settings.CutsLeft ?? json?.CutsLeft ?? false,
            PadId = settings.SpecialToken("pad_token", pipeline.IdOf)?.Id ?? fallbackPad ?? (special.After.Count > 0 ? special.After[^1] : 0),
            FixedLength = settings.OpenClipContext is not null || family.PadsToContext ? context
                : fixedLength is { } length ? Math.Min(length, context)
                : null,
            PadsLeft = settings.PadsLeft ?? json?.PadsLeft ?? false,
        });
    }
}
