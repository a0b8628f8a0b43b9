using System.Text.Json.Nodes;
using EmbedKit.Runtime;
using Microsoft.DotNet.Interactive.Documents;

namespace EmbedKit.Notebooks.Dib;

/// <summary>Writes <c>.dib</c> text with .NET Interactive's own writer: a blank line after each marker and each cell, one newline at the
/// end.</summary>
public static class DibWriter
{
    /// <summary>The notebook as text; without metadata, the usual one (C# is the default kernel) is written.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <exception cref="InputException">A cell holds a line that would begin another cell: the format has no escape.</exception>
    public static string ToText(DibNotebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        var contents = notebook.Cells.Select(c => c.Content.Replace("\r\n", "\n", StringComparison.Ordinal).Trim('\n')).ToList();
        var document = new InteractiveDocument([.. notebook.Cells.Select((c, i) => new InteractiveDocumentElement(contents[i], c.Kernel))]);
        foreach (var (key, value) in notebook.Metadata ?? DefaultMetadata())
        {
            document.Metadata[key] = value!;
        }

        var text = document.ToCodeSubmissionContent();
        var read = DibParser.Parse(text).Cells.Select(c => c.Content).ToList();
        var split = contents.Where(c => c.Length > 0).TakeWhile((c, i) => i < read.Count && c == read[i]).Count();
        return split == read.Count ? text
            : throw new InputException(
                $"cell {split + 1}: a line of it is #! and a kernel's name at column 0, which would begin a new cell, and .dib cannot escape it; "
                    + "indent it.");
    }

    /// <summary>Writes the notebook to a file, atomically.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="notebook">The notebook.</param>
    public static void Write(string path, DibNotebook notebook) => AtomicFile.WriteText(path, ToText(notebook));

    private static JsonObject DefaultMetadata() => new()
    {
        ["kernelInfo"] = new JsonObject
        {
            ["defaultKernelName"] = DibKernels.CSharp,
            ["items"] = new JsonArray(new JsonObject { ["name"] = DibKernels.CSharp, ["aliases"] = new JsonArray() }),
        },
    };
}
