using System.Text.Json.Nodes;

namespace EmbedKit.Notebooks.Dib;

/// <summary>A notebook in the <c>.dib</c> text format of .NET Interactive.</summary>
/// <param name="Metadata">The object after <c>#!meta</c>, unknown keys included, or null when the file has none.</param>
/// <param name="Cells">The cells in order; none is empty.</param>
public sealed record DibNotebook(JsonObject? Metadata, IReadOnlyList<DibCell> Cells);

/// <summary>One cell.</summary>
/// <param name="Kernel">The kernel's name, never an alias: <c>csharp</c>, <c>markdown</c>, ….</param>
/// <param name="Content">Its text, lines joined with LF, without empty lines at either end.</param>
/// <param name="Line">The 1-based line of the file on which <paramref name="Content"/> begins; 0 when it came from no file.</param>
public sealed record DibCell(string Kernel, string Content, int Line = 0)
{
    /// <summary>Whether it holds C#.</summary>
    public bool IsCode => Kernel == DibKernels.CSharp;

    /// <summary>Whether it holds Markdown.</summary>
    public bool IsMarkdown => Kernel == DibKernels.Markdown;
}
