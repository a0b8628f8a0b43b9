using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.PreTokenizers;

namespace EmbedKit.Tokenizers.Json;

/// <summary>Reads the <c>pattern</c> of a component: <c>{"String": …}</c> or <c>{"Regex": …}</c>.</summary>
internal static class PatternJson
{
    internal static TextPattern Read(ConfigJson component)
    {
        var pattern = component.Object("pattern") ?? throw component.Error("pattern", "missing", "an object with String or Regex");
        return pattern.Text("String") is { } text ? TextPattern.Literal(text, component.Path)
            : pattern.Text("Regex") is { } regex ? TextPattern.Regex(regex, component.Path)
            : throw component.Error("pattern", pattern.Root.GetRawText(), "an object with String or Regex");
    }
}
