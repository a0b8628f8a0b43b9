using EmbedKit.Notebooks.Formatting;
using Microsoft.DotNet.Interactive.Formatting;

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

    static CellScope() => Formatter.SubscribeToDisplayedValues(Show);

    /// <summary>The scope of the cell that runs here, or null outside cells.</summary>
    internal static CellScope? Current => Running.Value;

    internal void Enter() => Running.Value = this;

    /// <summary>The number of the session's next chart.</summary>
    internal int NextFigure() => nextFigure();

    /// <summary>Formats a value and puts it out.</summary>
    internal void Show(object? value, IReadOnlyCollection<string> mimeTypes, bool isResult) =>
        Emit(new ValueOutput(ValueFormatter.Format(value, mimeTypes), isResult));

    /// <summary>What .NET Interactive's own extension methods show: text as they formatted it, any other value as it is shown here.</summary>
    private static void Show(DisplayedValue shown)
    {
        if (Current is not { } scope)
        {
            Formatter.WriteToConsole(shown);
        }
        else if (shown.Value is string)
        {
            scope.Emit(new ValueOutput([.. shown.FormattedValues.Select(v => KeyValuePair.Create(v.MimeType, v.Value))], IsResult: false));
        }
        else
        {
            string[] types = [.. shown.FormattedValues.Select(v => v.MimeType)];
            var usual = types.SequenceEqual(Formatter.GetPreferredMimeTypesFor(shown.Value?.GetType() ?? typeof(object)));
            scope.Show(shown.Value, usual ? [] : types, isResult: false);
        }
    }

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
