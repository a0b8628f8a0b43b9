using EmbedKit.Experiments;

namespace EmbedKit.Cli.Reproduce;

/// <summary>Files of a reproduction that only its page needs.</summary>
internal static class ReportFiles
{
    internal static string GapPath(this Reproduction run) => Path.Combine(run.Folder, "tables", "gap.csv");

    internal static string MemoryPath(this Reproduction run) => Path.Combine(run.Folder, "tables", "memory.csv");

    internal static string NotebookFolder(this Reproduction run) => Path.Combine(run.Folder, "notebooks");

    internal static string SummaryPath(this Reproduction run) => Path.Combine(run.Folder, "summary.md");

    internal static string TimingPath(this Reproduction run) => Path.Combine(run.Folder, "timing.json");

    internal static string PagePath(this Reproduction run) => Path.Combine(run.Folder, "index.html");

    /// <summary>A path as links on the page need it.</summary>
    internal static string Link(this Reproduction run, string path) => Path.GetRelativePath(run.Folder, path).Replace('\\', '/');
}
