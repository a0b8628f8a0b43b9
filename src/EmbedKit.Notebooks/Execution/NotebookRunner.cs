using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Runs a notebook from top to bottom in a fresh session; its folder is the working directory meanwhile.</summary>
public static class NotebookRunner
{
    /// <summary>The working directory belongs to the process, so one notebook runs at a time.</summary>
    private static readonly Lock WorkingDirectory = new();

    /// <summary>Runs a notebook; it stops at the first cell that fails.</summary>
    /// <param name="path">The <c>.dib</c> or <c>.ipynb</c> file.</param>
    /// <param name="options">Values for its parameters.</param>
    /// <param name="progress">Gets one report a cell; may be null.</param>
    /// <param name="cancellation">Interrupts the running cell.</param>
    /// <returns>All cells with their outputs, and where it failed, if it did.</returns>
    /// <exception cref="InputException">No such file, bad metadata, a bad parameter name.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public static ExecutedNotebook Run(
        string path, NotebookRunOptions options, IProgress<JobProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var full = Path.GetFullPath(path);
        var notebook = NotebookParameters.Inject(NotebookFiles.Read(full), options.Parameters);
        lock (WorkingDirectory)
        {
            var before = Environment.CurrentDirectory;
            Environment.CurrentDirectory = options.WorkingDirectory is { } folder ? Directory.CreateDirectory(folder).FullName
                : Path.GetDirectoryName(full)!;
            try
            {
                return RunCells(notebook, full, progress, cancellation);
            }
            finally
            {
                Environment.CurrentDirectory = before;
            }
        }
    }

    private static ExecutedNotebook RunCells(DibNotebook notebook, string path, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        var (session, count, failure) = (new NotebookSession { Progress = progress }, 0, (NotebookFailure?)null);
        var executed = new List<ExecutedCell>();
        var codeCells = notebook.Cells.Count(c => !c.IsMarkdown);
        foreach (var cell in notebook.Cells)
        {
            if (failure is not null || cell.IsMarkdown)
            {
                executed.Add(new(cell, null, []));
                continue;
            }

            progress?.Report(new($"{Path.GetFileName(path)}: cells", count, codeCells));
            var recorder = new OutputRecorder();
            var error = session.Execute(cell, recorder.Add, cancellation);
            cancellation.ThrowIfCancellationRequested();
            executed.Add(new(cell, ++count, recorder.Outputs()));
            failure = error is null ? null : new(Path.GetFileName(path), executed.Count, Math.Max(1, cell.Line) + Math.Max(0, error.Line - 1), error);
        }

        if (failure is null)
        {
            progress?.Report(new($"{Path.GetFileName(path)}: cells", codeCells, codeCells));
        }

        return new(Path.GetFileNameWithoutExtension(path), executed, failure);
    }
}
