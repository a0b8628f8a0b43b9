using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedKit.Runtime;

/// <summary>
/// How the kit reads what a person wrote (<see cref="Strict"/>), and how it writes JSON: members in snake_case, keys of dictionaries as they are,
/// letters of all scripts as themselves, <c>\n</c> on every system.
/// </summary>
public static class JsonStyle
{
    /// <summary>For files that people read: two blanks a level.</summary>
    public static JsonSerializerOptions Indented { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One line.</summary>
    public static JsonSerializerOptions Compact { get; } = new(Indented) { WriteIndented = false };

    /// <summary>
    /// For reading what a person wrote: members in camelCase or not, comments and a comma at the end; a member that nobody knows is an error, and
    /// so is null where a value is needed.
    /// </summary>
    public static JsonSerializerOptions Strict { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Writes a file atomically, indented, with an end of line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="value">What to write.</param>
    public static void Write<T>(string path, T value) => AtomicFile.WriteText(path, JsonSerializer.Serialize(value, Indented) + "\n");
}
