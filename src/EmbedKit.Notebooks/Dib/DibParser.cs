using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Dib;

/// <summary>Reads <c>.dib</c> text by the rules of .NET Interactive's own parser.</summary>
/// <remarks>
/// Lines end in LF or CRLF. A cell begins where <c>#!</c> stands at column 0 and the rest of the line is exactly a kernel's name or alias,
/// case-sensitive; nothing escapes it, not even a raw string. Every other <c>#!…</c> line is content.
/// </remarks>
public static class DibParser
{
    private const string MetadataMarker = "#!meta";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The <c>.dib</c> file.</param>
    /// <exception cref="InputException">No such file, or one of more than 64 MiB; bad JSON after <c>#!meta</c>.</exception>
    public static DibNotebook Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(RegularFile.ReadText(path, "a .dib notebook"), Path.GetFileName(path));
    }

    /// <summary>Reads text.</summary>
    /// <param name="text">The whole notebook; a byte order mark is skipped.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <exception cref="InputException">Bad JSON after <c>#!meta</c>.</exception>
    public static DibNotebook Parse(string text, string source = "notebook")
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var meta = Array.FindIndex(lines, l => l.StartsWith(MetadataMarker, StringComparison.Ordinal));
        var metaEnd = meta < 0 ? -1 : Array.FindIndex(lines, meta + 1, l => l.StartsWith("#!", StringComparison.Ordinal));
        metaEnd = meta >= 0 && metaEnd < 0 ? lines.Length : metaEnd;
        var metadata = meta < 0 ? null : ReadMetadata(string.Join('\n', lines[(meta + 1)..metaEnd]), source, meta + 1);

        var kernels = new DibKernels(metadata);
        var cells = new List<DibCell>();
        var (kernel, content) = (kernels.Default, new List<(string Text, int Line)>());
        for (var i = 0; i < lines.Length; i++)
        {
            if (meta >= 0 && i >= meta && i < metaEnd)
            {
                continue;
            }

            if (kernels.Begun(lines[i]) is { } begun)
            {
                AddCell(cells, kernel, content);
                (kernel, content) = (begun, []);
            }
            else
            {
                content.Add((lines[i], i + 1));
            }
        }

        AddCell(cells, kernel, content);
        return new(metadata, cells);
    }

    private static void AddCell(List<DibCell> cells, string kernel, List<(string Text, int Line)> content)
    {
        var first = content.FindIndex(l => l.Text.Length > 0);
        if (first >= 0)
        {
            var last = content.FindLastIndex(l => l.Text.Length > 0);
            cells.Add(new(kernel, string.Join('\n', content[first..(last + 1)].Select(l => l.Text)), content[first].Line));
        }
    }

    private static JsonObject ReadMetadata(string json, string source, int line)
    {
        try
        {
            return StrictJson.Parse(json) as JsonObject
                ?? throw new InputException(
                    $"{source} line {line}: {MetadataMarker} is not followed by a JSON object; expected {{…}} up to the next #! line.");
        }
        catch (JsonException error)
        {
            throw new InputException(
                $"{source} line {line + 1 + (error.LineNumber ?? 0)}: bad JSON after {MetadataMarker} ({error.Message.ReplaceLineEndings(" ")}); "
                    + "expected one object.", error);
        }
    }
}
