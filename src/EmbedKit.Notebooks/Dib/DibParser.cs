using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;
using Microsoft.DotNet.Interactive.Documents;

namespace EmbedKit.Notebooks.Dib;

/// <summary>Reads <c>.dib</c> text with .NET Interactive's own parser, and says of each cell on which line it stands.</summary>
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

        // The engine takes a last line of metadata for content unless a line follows it.
        text = text.TrimStart('\uFEFF') + "\n";
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select((line, i) => (Text: line, Number: i + 1)).ToList();
        var meta = lines.FindIndex(l => l.Text.StartsWith(MetadataMarker, StringComparison.Ordinal));
        var metadata = (JsonObject?)null;
        if (meta >= 0)
        {
            var end = lines.FindIndex(meta + 1, l => l.Text.StartsWith("#!", StringComparison.Ordinal));
            var block = lines[meta..(end < 0 ? lines.Count : end)];
            metadata = ReadMetadata(string.Join('\n', block.Skip(1).Select(l => l.Text)), source, meta + 1);
            lines.RemoveRange(meta, block.Count);
        }

        try
        {
            return new(metadata, Cells(CodeSubmission.Parse(text, DibKernels.Known()), lines));
        }
        catch (Exception error) when (meta >= 0)
        {
            // Whatever the engine throws, only what the metadata says of kernels can be at fault.
            throw new InputException(
                $"{source} line {meta + 1}: bad kernelInfo after {MetadataMarker} ({error.Message.ReplaceLineEndings(" ")}); expected items with a "
                    + "name and aliases, each once.", error);
        }
    }

    /// <summary>Between cells stand only empty lines and markers, which never equal the first line of a cell.</summary>
    private static List<DibCell> Cells(InteractiveDocument document, List<(string Text, int Number)> lines)
    {
        var cells = new List<DibCell>();
        var next = 0;
        foreach (var element in document.Elements.Where(e => e.Contents.Length > 0))
        {
            var content = element.Contents.Split('\n');
            var begin = lines.FindIndex(next, l => l.Text == content[0]);
            cells.Add(new(element.KernelName!, element.Contents, lines[begin].Number));
            next = begin + content.Length;
        }

        return cells;
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
