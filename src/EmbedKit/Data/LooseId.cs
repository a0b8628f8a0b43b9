using EmbedKit.Data.Cells;


namespace EmbedKit.Data;

/// <summary>
/// Ids as people and programs change them on the way: with or without an image ending, in other case, without the leading zeros of a number
/// (spreadsheets drop them), with accents composed or not (file names of a Mac are not).
/// </summary>
internal static class LooseId
{
    /// <summary>The same text for ids that differ only so; folders before the last / count without regard to case.</summary>
    internal static string Key(string id)
    {
        id = SameText.Of(id);
        var slash = id.LastIndexOf('/');
        var file = ImageEnding.Without(id[(slash + 1)..]).ToLowerInvariant();
        return id[..(slash + 1)].ToLowerInvariant() + (file.Length > 0 && file.All(char.IsAsciiDigit) ? file.TrimStart('0').PadLeft(1, '0') : file);
    }
}
