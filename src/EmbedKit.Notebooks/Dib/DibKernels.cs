using Microsoft.DotNet.Interactive.Documents;

namespace EmbedKit.Notebooks.Dib;

/// <summary>The kernel names that begin a cell, as .NET Interactive's own front ends know them.</summary>
internal static class DibKernels
{
    internal const string CSharp = "csharp";
    internal const string Markdown = "markdown";
    internal const string Html = "html";

    /// <summary>A new list; reading a notebook adds to it what its metadata declares.</summary>
    internal static KernelInfoCollection Known() => new()
    {
        new(CSharp, "C#", ["c#", "cs", "C#"]),
        new(Markdown, "Markdown", ["md"]),
        new("fsharp", "F#", ["f#", "fs", "F#"]),
        new("pwsh", "PowerShell", ["powershell"]),
        new("javascript", "JavaScript", ["js"]),
        new(Html, "HTML"),
        new("sql", "T-SQL"),
        new("kql", "KQL"),
        new("mermaid", "Mermaid"),
        new("http", "HTTP"),
        new("value"),
    };
}
