using System.Text;
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
    /// <summary>Reads the settings of the run that began, or null when there is none, or what was written cannot be read.</summary>
    internal RunIdentity? Read()
    {
        try
        {
            using var json = File.Exists(path) ? JsonDocument.Parse(File.ReadAllText(path)) : null;
            return json is null ? null : RunIdentity.Parse(json.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the settings, or checks that they are those of the run that began.</summary>
    /// <returns>A hash of them.</returns>
    /// <exception cref="InputException">Something differs; the message says what.</exception>
    internal ContentHash Claim(RunIdentity run)
    {
        if (Read() is { } begun)
        {
            run.CheckSame(Path.GetDirectoryName(path)!, begun, "Run it with the settings it was begun with, or begin again with --restart.");
        }
        else
        {
            JsonStyle.Write(path, run.Values);
        }

        return ContentHash.Of(Encoding.UTF8.GetBytes(run.ToString()));
    }
}
