using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding;

/// <summary>Writes the JSON files of a model folder: indented by two, LF at line ends, letters of any script as they are.</summary>
public static class ModelJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="json">What it says.</param>
    public static void Write(string path, JsonNode json)
    {
        ArgumentNullException.ThrowIfNull(json);
        AtomicFile.WriteText(path, json.ToJsonString(Indented) + "\n");
    }
}
