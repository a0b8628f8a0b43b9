namespace EmbedKit.Notebooks.Session;

/// <summary>
/// Where the output of the running cell goes. Flows with the execution context, so that sessions running side by side, and the threads a cell
/// starts, keep their output apart. Closed when the cell ends or is abandoned: what comes later is dropped.
/// </summary>
internal sealed class CellScope(Action<CellOutput> sink, Func<int> nextFigure)
{
    private static readonly AsyncLocal<CellScope?> Running = new();
    private readonly Lock _gate = new();
    private bool _closed;

    /// <summary>The scope of the cell that runs here, or null outside cells.</summary>
    internal static CellScope? Current => Running.Value;

    /// <summary>Interrupts the cell.</summary>
    internal CancellationToken Interrupt { get; init; }

    /// <summary>The cell, and above it the cells it imports.</summary>
    internal Stack<CellSource> Sources { get; } = new();

    /// <summary>The lines of the cell before the part of it that was compiled last.</summary>
    internal int LinesBefore { get; set; }

    /// <summary>Whether code of the cell has begun to run, and not only to be compiled.</summary>
    internal bool HasBegun { get; set; }

    /// <summary>How the cell failed; null while it has not.</summary>
    internal ErrorOutput? Error { get; set; }

    /// <summary>An exception that no code of the cell could catch; the first one counts.</summary>
    internal ErrorOutput? Stray { get; private set; }

    internal void Enter() => Running.Value = this;

    /// <summary>The number of the session's next chart.</summary>
    internal int NextFigure() => nextFigure();

    internal void Emit(CellOutput output)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                sink(output);
            }
        }
    }

    /// <summary>The cell has failed; the first failure counts.</summary>
    internal void Fail(ErrorOutput error) => Error ??= error;

    internal void FailAstray(ErrorOutput error)
    {
        lock (_gate)
        {
            Stray ??= error;
        }
    }

    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }
}
