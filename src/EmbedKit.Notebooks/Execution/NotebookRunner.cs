using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Execution;

/// <summary>Runs a notebook from top to bottom in a fresh session; its folder is the working directory meanwhile.</summary>
public static class NotebookRunner
{
    /// <summary>The working directory belongs to the process, so one notebook runs at a time.</summary>
    private static readonly Lock WorkingDirectory = new();

    /// <summary>Runs a notebook in this process, which a cell may end; it stops at the first cell that fails.</summary>
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
        var (notebook, full, folder) = Open(path, options);
        lock (WorkingDirectory)
        {
            var (before, input) = (Environment.CurrentDirectory, Console.In);
            Environment.CurrentDirectory = folder;
            using var session = new NotebookSession { Progress = progress };
            Console.SetIn(CellInput.Nobody);
            try
            {
                return RunCells(notebook, full, progress, session.Execute, cancellation);
            }
            finally
            {
                Environment.CurrentDirectory = before;
                Console.SetIn(input);
            }
        }
    }

    /// <summary>Runs a notebook in a process of its own: however that ends, it is a failed cell.</summary>
    /// <param name="path">The <c>.dib</c> or <c>.ipynb</c> file.</param>
    /// <param name="options">Values for its parameters.</param>
    /// <param name="process">Where its cells run.</param>
    /// <param name="progress">Gets one report a cell; may be null.</param>
    /// <param name="cancellation">Ends the process.</param>
    /// <returns>All cells with their outputs, and where it failed, if it did.</returns>
    /// <exception cref="InputException">No such file, bad metadata, a bad parameter name.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    /// <exception cref="IOException">The process cannot be started.</exception>
    public static ExecutedNotebook Run(
        string path, NotebookRunOptions options, CellProcess process, IProgress<JobProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(process);
        var (notebook, full, folder) = Open(path, options);

        // The folder goes with the first cell.
        var first = (string?)folder;
        return RunCells(
            notebook, full, progress, (cell, output, stop) => process.Execute(cell, Interlocked.Exchange(ref first, null), output, progress, stop),
            cancellation);
    }

    private static (DibNotebook Notebook, string Path, string Folder) Open(string path, NotebookRunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var full = Path.GetFullPath(path);
        var notebook = NotebookParameters.Inject(NotebookFiles.Read(full), options.Parameters);
        return (notebook, full, options.WorkingDirectory is { } folder ? Directory.CreateDirectory(folder).FullName : Path.GetDirectoryName(full)!);
    }

    private static ExecutedNotebook RunCells(
        DibNotebook notebook, string path, IProgress<JobProgress>? progress,
        Func<DibCell, Action<CellOutput>, CancellationToken, ErrorOutput?> execute, CancellationToken cancellation)
    {
        var (count, failure) = (0, (NotebookFailure?)null);
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
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var recorder = new OutputRecorder(stop.Cancel);
            var error = execute(cell, recorder.Add, stop.Token);
            cancellation.ThrowIfCancellationRequested();
            error = recorder.Excess ?? error;
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
