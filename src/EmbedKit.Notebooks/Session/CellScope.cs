using EmbedKit.Notebooks.Formatting;

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

    internal void Enter() => Running.Value = this;

    /// <summary>Formats a value and puts it out.</summary>
    internal void Show(object? value, IReadOnlyCollection<string> mimeTypes, bool isResult) =>
        Emit(new ValueOutput(ValueFormatter.Format(value, mimeTypes, nextFigure), isResult));

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

    /// <summary>An exception that no code of the cell could catch; the first one counts.</summary>
    internal ErrorOutput? Stray { get; private set; }

    internal void Fail(ErrorOutput error)
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
