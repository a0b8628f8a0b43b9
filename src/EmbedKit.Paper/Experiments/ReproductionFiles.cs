namespace EmbedKit.Experiments;

/// <summary>Where a run's page and what belongs to it lie.</summary>
public static class ReproductionFiles
{
    /// <summary>Folder of the executed notebooks.</summary>
    /// <param name="run">The run.</param>
    public static string NotebookFolder(this Reproduction run) => Path.Combine(Folder(run), "notebooks");

    /// <summary>The results as README has them.</summary>
    /// <param name="run">The run.</param>
    public static string SummaryPath(this Reproduction run) => Path.Combine(Folder(run), "summary.md");

    /// <summary>Seconds a stage.</summary>
    /// <param name="run">The run.</param>
    public static string TimingPath(this Reproduction run) => Path.Combine(Folder(run), "timing.json");

    /// <summary>The page.</summary>
    /// <param name="run">The run.</param>
    public static string PagePath(this Reproduction run) => Path.Combine(Folder(run), "index.html");

    /// <summary>A path as links on the page need it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">A file in its folder.</param>
    public static string Link(this Reproduction run, string path) => Path.GetRelativePath(Folder(run), path).Replace('\\', '/');

    private static string Folder(Reproduction run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Folder;
    }
}
