using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Reads the cells of a Jupyter notebook; outputs are left behind.</summary>
public static class IpynbReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The <c>.ipynb</c> file.</param>
    /// <exception cref="InputException">No such file, or not a Jupyter notebook.</exception>
    public static DibNotebook Read(string path)
    {
        var text = RegularFile.ReadText(path, "an .ipynb notebook");
        try
        {
            var cells = StrictJson.Parse(text)?["cells"]?.AsArray() ?? throw new InputException($"{path}: no cells; expected a Jupyter notebook.");
            return new(null, [.. cells.Select(Cell).Where(c => c.Content.Length > 0)]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InputException($"{path}: not a Jupyter notebook ({error.Message.ReplaceLineEndings(" ")}); expected nbformat 4 JSON.", error);
        }
    }

    private static DibCell Cell(JsonNode? cell)
    {
        var source = cell?["source"];
        var text = source is JsonArray lines ? string.Concat(lines.Select(l => l?.GetValue<string>())) : source?.GetValue<string>() ?? "";
        var kernel = cell?["cell_type"]?.GetValue<string>() == "code" ? DibKernels.CSharp : DibKernels.Markdown;

        // A code cell may begin with another kernel's marker.
        return kernel == DibKernels.CSharp && DibParser.Parse(text).Cells is [var only] ? only with { Line = 0 } : new(kernel, text.Trim('\n'));
    }
}
