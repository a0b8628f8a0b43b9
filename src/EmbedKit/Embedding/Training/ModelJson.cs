using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Training;

/// <summary>Writes the JSON files of a model folder.</summary>
internal static class ModelJson
{
    internal static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Write(string path, JsonNode json) => AtomicFile.WriteText(path, json.ToJsonString(Indented) + "\n");
}
