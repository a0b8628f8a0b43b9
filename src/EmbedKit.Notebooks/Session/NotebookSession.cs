using System.Globalization;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Runtime;
using Microsoft.CodeAnalysis.Scripting;

namespace EmbedKit.Notebooks.Session;

/// <summary>
/// Runs cells one after the other, each seeing what the earlier ones declared. A cell that fails leaves the session usable. One session
/// runs one cell at a time; sessions may run side by side.
/// </summary>
/// <remarks>
/// Imported are exactly the namespaces that .NET Interactive imports, so that a notebook that runs here runs there:
/// System, System.Text, System.Collections(.Generic), System.Threading.Tasks, System.Linq.
/// </remarks>
public sealed class NotebookSession : IDisposable
{
    private CellEngine? _engine;
    private int _cells;
    private int _figures;

    /// <summary>Told how far long jobs of the library are that run in a cell; null for nobody.</summary>
    public IProgress<JobProgress>? Progress { get; set; }

    private CellEngine Engine => _engine ??= new();

    /// <summary>The state after the last cell that ran, for completion and inspection.</summary>
    internal ScriptState<object> State => Engine.State;

    /// <summary>The options of the next cell.</summary>
    internal ScriptOptions Options => Engine.Options;

    /// <summary>Runs one C# cell to its end.</summary>
    /// <param name="code">C#, with the magic commands of .NET Interactive (<c>#r</c>, <c>#!import</c>, <c>#!time</c>, <c>#!share</c>, …).</param>
    /// <param name="output">Gets each output as it comes, from any thread, one at a time; after a failure, an <see cref="ErrorOutput"/> last.</param>
    /// <param name="cancellation">Interrupts the cell: its thread is aborted; if that does not end it within seconds, it is abandoned.</param>
    /// <returns>Null when the cell succeeded, else its last output.</returns>
    public ErrorOutput? Execute(string code, Action<CellOutput> output, CancellationToken cancellation = default) =>
        Execute(new DibCell(DibKernels.CSharp, code), output, cancellation);

    /// <summary>Runs a cell of any language there is: C# as above; HTML, JavaScript, Markdown and Mermaid are shown.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="output">Gets its outputs.</param>
    /// <param name="cancellation">Interrupts the cell.</param>
    /// <returns>Null when the cell succeeded, else its last output; a cell of another language fails.</returns>
    public ErrorOutput? Execute(DibCell cell, Action<CellOutput> output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(output);
        ConsoleCapture.Install();
        var engine = Engine;
        var source = new CellSource(string.Create(CultureInfo.InvariantCulture, $"cell-{++_cells}"), cell.Content);
        var scope = new CellScope(output, () => Interlocked.Increment(ref _figures)) { Interrupt = cancellation };
        StrayExceptions.Enter(scope);
        // What the cell sets for its own flow of execution is not the caller's.
        ExecutionContext.Run(ExecutionContext.Capture()!, _ => Run(engine, source, cell.Kernel, scope), null);
        StrayExceptions.Leave(scope);
        var error = scope.Error ?? scope.Stray;
        if (error is not null)
        {
            scope.Emit(error);
        }

        scope.Close();
        if (error?.Name == CellThread.AbandonedName)
        {
            _engine = new(engine);
        }

        return error;
    }

    /// <summary>Ends the engine.</summary>
    public void Dispose() => _engine?.Dispose();

    private void Run(CellEngine engine, CellSource source, string language, CellScope scope)
    {
        HostProgress.Current = Progress;
        scope.Enter();
        try
        {
            engine.Run(source, language, scope).GetAwaiter().GetResult();
        }
        catch (CellException error)
        {
            scope.Fail(error.ToOutput());
        }
        catch (Exception error)
        {
            scope.Fail(ErrorReport.Of(error, ""));
        }
    }
}
