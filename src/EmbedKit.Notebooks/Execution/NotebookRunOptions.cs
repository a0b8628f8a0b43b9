namespace EmbedKit.Notebooks.Execution;

/// <summary>How to run a notebook.</summary>
public sealed record NotebookRunOptions
{
    /// <summary>
    /// Values by variable name, from <c>--set name=value</c>. A notebook that has a first-line <c>// parameters</c> cell declares them there
    /// with their defaults; the given values are assigned right after it, and names it lacks are declared there. Without such a cell they are
    /// declared before the first C# cell. A value that reads as true/false, an integer or a number becomes one;
    /// anything else is a string. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The working directory of the cells, made when missing, e.g. the folder in which the executed notebook will lie. Default null: the
    /// notebook's own.</summary>
    public string? WorkingDirectory { get; init; }
}
