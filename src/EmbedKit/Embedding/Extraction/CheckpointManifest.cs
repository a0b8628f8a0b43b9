using System.Text.Encodings.Web;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// What decides a run's numbers: source, models, preprocessing, precision, runtime, options. Kept beside unfinished work, so that work begun
/// with other settings is never mixed in.
/// </summary>
/// <param name="path">Its file.</param>
internal sealed class CheckpointManifest(string path)
{
    private static readonly JsonSerializerOptions Style = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads the settings of the run that began, or null when there is none, or what was written cannot be read.</summary>
    internal IReadOnlyDictionary<string, string>? Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the settings, or checks that they are those of the run that began.</summary>
    /// <returns>A hash of them.</returns>
    /// <exception cref="InputException">Something differs; the message says what.</exception>
    internal ContentHash Claim(IReadOnlyDictionary<string, string> settings)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, string>(settings.ToDictionary(), StringComparer.Ordinal), Style);
        if (Read() is { } begun)
        {
            var different = settings.Keys.Union(begun.Keys).Order(StringComparer.Ordinal).Where(k => settings.GetValueOrDefault(k) != begun.GetValueOrDefault(k))
                .Select(k => $"{k} was {begun.GetValueOrDefault(k, "unset")} and is {settings.GetValueOrDefault(k, "unset")}").ToList();
            if (different.Count > 0)
            {
                throw new InputException(
                    $"{Path.GetDirectoryName(path)}: holds unfinished work of other settings: {string.Join("; ", different)}. "
                    + "Expected the settings it was begun with, to go on; or begin again with --restart.");
            }
        }
        else
        {
            AtomicFile.Write(path, stream => stream.Write(text));
        }

        return ContentHash.Of(text);
    }
}
