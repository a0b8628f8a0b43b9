using System.Text;
using System.Text.Json.Nodes;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Dib;

/// <summary>Writes <c>.dib</c> text as .NET Interactive does: a blank line after each marker and each cell, one newline at the end.</summary>
public static class DibWriter
{

    /// <summary>The notebook as text; without metadata, the usual one (C# is the default kernel) is written.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <exception cref="InputException">A cell holds a line that would begin another cell: the format has no escape.</exception>
    public static string ToText(DibNotebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        var metadata = notebook.Metadata ?? DefaultMetadata();
        var kernels = new DibKernels(metadata);
        var text = new StringBuilder($"#!meta\n\n{metadata.ToJsonString(JsonStyle.Compact)}\n\n");
        for (var i = 0; i < notebook.Cells.Count; i++)
        {
            var cell = notebook.Cells[i];
            var content = cell.Content.Replace("\r\n", "\n", StringComparison.Ordinal);
            if (content.Split('\n').FirstOrDefault(l => kernels.Begun(l) is not null) is { } marker)
            {
                throw new InputException(
                    $"cell {i + 1}: the line '{marker}' at column 0 would begin a new cell, and .dib cannot escape it; indent it.");
            }

            text.Append($"#!{cell.Kernel}\n\n{content.Trim('\n')}\n\n");
        }

        text.Length--;
        return text.ToString();
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
