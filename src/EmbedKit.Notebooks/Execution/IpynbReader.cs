using System.Text.Json;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Runtime;
using Microsoft.DotNet.Interactive.Documents;
using Microsoft.DotNet.Interactive.Documents.Jupyter;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Reads the cells of a Jupyter notebook with .NET Interactive's own reader; outputs are left behind.</summary>
public static class IpynbReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The <c>.ipynb</c> file.</param>
    /// <exception cref="InputException">No such file, not a Jupyter notebook, or one in a language that is none of .NET Interactive's.</exception>
    public static DibNotebook Read(string path)
    {
        var text = RegularFile.ReadText(path, "an .ipynb notebook");
        var kernels = DibKernels.Known();
        InteractiveDocument document;
        bool[] raw;
        try
        {
            // The engine takes raw cells for code, and what has no cells for an empty notebook.
            var cells = StrictJson.Parse(text)?["cells"]?.AsArray() ?? throw new JsonException("no cells");
            raw = [.. cells.Select(c => c?["cell_type"]?.GetValue<string>() is not ("code" or "markdown"))];
            document = Notebook.Parse(text, kernels);
        }
        catch (Exception error)
        {
            throw new InputException($"{path}: not a Jupyter notebook ({error.Message.ReplaceLineEndings(" ")}); expected nbformat 4 JSON.", error);
        }

        var unknown = document.Elements.Select(e => e.KernelName).FirstOrDefault(k => k is not null && !kernels.Contains(k));
        return unknown is null
            ? new(null, [.. document.Elements.Select((e, i) => Cell(e, raw[i])).Where(c => c.Content.Length > 0)])
            : throw new InputException(
                $"{path}: a notebook in '{unknown}'; expected one of {string.Join(", ", ((IEnumerable<KernelInfo>)kernels).Select(k => k.Name))}.");
    }

    private static DibCell Cell(InteractiveDocumentElement element, bool raw)
    {
        var (kernel, content) = (raw ? DibKernels.Markdown : element.KernelName ?? DibKernels.CSharp, element.Contents);

        // A code cell may begin with another kernel's marker.
        return kernel != DibKernels.Markdown && content.StartsWith("#!", StringComparison.Ordinal) && DibParser.Parse(content).Cells is [var only]
            ? only with { Line = 0 } : new(kernel, content.Trim('\n'));
    }
}
