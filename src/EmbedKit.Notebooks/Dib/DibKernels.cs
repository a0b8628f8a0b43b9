using System.Text.Json.Nodes;

namespace EmbedKit.Notebooks.Dib;

/// <summary>The kernel names that begin a cell, as .NET Interactive knows them, with those that a notebook's own metadata adds.</summary>
internal sealed class DibKernels
{
    internal const string CSharp = "csharp";
    internal const string Markdown = "markdown";
    internal const string Html = "html";

    private static readonly (string Name, string[] Aliases)[] BuiltIn =
    [
        (CSharp, ["c#", "cs", "C#"]), (Markdown, ["md"]), ("fsharp", ["f#", "fs", "F#"]), ("pwsh", ["powershell"]), ("javascript", ["js"]),
        (Html, []), ("sql", []), ("kql", []), ("mermaid", []), ("http", []), ("value", []),
    ];

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    internal DibKernels(JsonObject? metadata)
    {
        foreach (var (name, aliases) in BuiltIn)
        {
            Add(name, aliases);
        }

        var info = metadata?["kernelInfo"] as JsonObject;
        foreach (var item in (info?["items"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Text(item["name"]) is { } name)
            {
                Add(name, (item["aliases"] as JsonArray ?? []).Select(Text).OfType<string>());
            }
        }

        Default = Text(info?["defaultKernelName"]) is { } declared && _names.TryGetValue(declared, out var known) ? known : CSharp;
    }

    /// <summary>Where text before the first marker goes.</summary>
    internal string Default { get; }

    /// <summary>The kernel that a line begins, or null: <c>#!</c> at column 0, then exactly a name or alias.</summary>
    internal string? Begun(string line) =>
        line.StartsWith("#!", StringComparison.Ordinal) && _names.TryGetValue(line[2..], out var name) ? name : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private void Add(string name, IEnumerable<string> aliases)
    {
        foreach (var known in aliases.Prepend(name))
        {
            _names.TryAdd(known, name);
        }
    }
}
