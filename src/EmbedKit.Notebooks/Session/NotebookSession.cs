using System.Diagnostics;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Formatting;
using EmbedKit.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace EmbedKit.Notebooks.Session;

/// <summary>
/// Runs C# cells one after the other, each seeing what the earlier ones declared. A cell that fails leaves the session usable. One session
/// runs one cell at a time; sessions may run side by side.
/// </summary>
/// <remarks>
/// Imported are exactly the namespaces that .NET Interactive imports, so that a notebook that runs here runs there:
/// System, System.Text, System.Collections(.Generic), System.Threading.Tasks, System.Linq.
/// </remarks>
public sealed class NotebookSession
{
    private static readonly string[] Imports =
    [
        "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
        typeof(CellFunctions).FullName!,
    ];

    private readonly Stack<string> _importing = new();
    private ScriptOptions _options = ScriptOptions.Default
        .WithReferences(SessionAssemblies.Initial).WithImports(Imports)
        .WithEmitDebugInformation(true).WithFileEncoding(System.Text.Encoding.UTF8).WithOptimizationLevel(OptimizationLevel.Release);

    private ScriptState<object>? _state;
    private int _cells;
    private int _figures;

    /// <summary>Told how far long jobs of the library are that run in a cell; null for nobody.</summary>
    public IProgress<JobProgress>? Progress { get; set; }

    /// <summary>The state after the last cell that ran, for completion and inspection; null before the first.</summary>
    internal ScriptState<object>? State => _state;

    /// <summary>The options of the next cell.</summary>
    internal ScriptOptions Options => _options;

    /// <summary>Runs one cell to its end.</summary>
    /// <param name="code">C#, with the directives of <c>.dib</c> cells (<c>#r</c>, <c>#!import</c>, <c>#!time</c>).</param>
    /// <param name="output">Gets each output as it comes, from any thread, one at a time; after a failure, an <see cref="ErrorOutput"/> last.</param>
    /// <param name="cancellation">Interrupts the cell: its thread is aborted; if that does not end it within seconds, it is abandoned.</param>
    /// <returns>Null when the cell succeeded, else its last output.</returns>
    public ErrorOutput? Execute(string code, Action<CellOutput> output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(output);
        ConsoleCapture.Install();
        _cells++;
        var scope = new CellScope(output, () => Interlocked.Increment(ref _figures));
        StrayExceptions.Enter(scope);
        var error = CellThread.Run(
            abort =>
            {
                HostProgress.Current = Progress;
                return Guarded(() => RunCell(code, scope, abort), scope, abort);
            },
            cancellation);
        StrayExceptions.Leave(scope);
        error ??= scope.Stray;
        if (error is not null)
        {
            scope.Emit(error);
        }

        scope.Close();
        return error;
    }

    /// <summary>Runs a cell of any kernel: C# as above; HTML and Markdown are shown.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="output">Gets its outputs.</param>
    /// <param name="cancellation">Interrupts the cell.</param>
    /// <returns>Null when the cell succeeded, else its last output; a cell of another language fails.</returns>
    public ErrorOutput? Execute(DibCell cell, Action<CellOutput> output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(output);
        switch (cell.Kernel)
        {
            case DibKernels.CSharp:
                return Execute(cell.Content, output, cancellation);
            case DibKernels.Html or DibKernels.Markdown:
                output(new ValueOutput([new("text/" + cell.Kernel, cell.Content)], IsResult: false));
                return null;
            default:
                var error = new ErrorOutput("UnknownKernel", $"no kernel for '{cell.Kernel}' cells here; expected csharp, markdown or html.", 0, []);
                output(error);
                return error;
        }
    }

    private static ErrorOutput? Guarded(Func<ErrorOutput?> run, CellScope scope, CancellationToken abort)
    {
        scope.Enter();
        try
        {
            return run();
        }
        catch (CellException error)
        {
            return error.ToOutput();
        }
        catch (Exception error) when (!abort.IsCancellationRequested)
        {
            return ErrorReport.Of(error, "");
        }
    }

    private ErrorOutput? RunCell(string code, CellScope scope, CancellationToken abort)
    {
        var cell = CellCode.Parse(code);
        var watch = Stopwatch.StartNew();
        foreach (var step in cell.Steps)
        {
            var error = step switch
            {
                CodeStep c => RunCode(c, scope, abort),
                ImportStep i => Import(i, scope, abort),
                PackageStep p => AddPackage(p, abort),
                AssemblyStep a => AddAssembly(a),
                _ => throw new UnreachableException(),
            };
            if (error is not null)
            {
                return error;
            }
        }

        if (cell.Timed)
        {
            var time = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Wall time: {watch.Elapsed.TotalMilliseconds}ms");
            scope.Emit(new ValueOutput([new(ValueFormatter.Plain, time)], IsResult: false));
        }

        return null;
    }

    private ErrorOutput? RunCode(CodeStep step, CellScope scope, CancellationToken abort)
    {
        var file = _importing.TryPeek(out var imported) ? Path.GetFileName(imported)
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"cell-{_cells}");
        var options = _options.WithFilePath(file);
        CodeDepth.Check(step.Code, step.Line);
        var script = _state is null ? CSharpScript.Create<object>(step.Code, options) : _state.Script.ContinueWith<object>(step.Code, options);
        CodeDepth.Check(script.GetCompilation().SyntaxTrees.Single().GetRoot(abort), step.Line);
        var errors = script.Compile(abort).Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0)
        {
            return ErrorReport.Of(errors);
        }

        var running = (Task<ScriptState<object>>?)null;
        ScriptState<object> state;
        try
        {
            state = CellThread.Abortable(
                () =>
                    (running = _state is null ? script.RunAsync(null, _ => true, abort) : script.RunFromAsync(_state, _ => true, abort)).GetAwaiter()
                    .GetResult(),
                abort);
        }
        catch (Exception) when (abort.IsCancellationRequested && running is { IsCompleted: false })
        {
            throw new CellException(
                CellThread.AbandonedName,
                "The cell was interrupted while it awaited something, which may go on in the background; its output is dropped.", 0);
        }

        _state = state;

        // A submission inherits the references of the one before it: named again, each would hold the list of all before it once more.
        _options = _options.WithReferences(Array.Empty<MetadataReference>());
        if (state.Exception is not null)
        {
            abort.ThrowIfCancellationRequested();
            return ErrorReport.Of(state.Exception, file);
        }

        if (state.ReturnValue is { } value)
        {
            CellThread.Abortable(() => scope.Show(value, [], isResult: true), abort);
        }

        return null;
    }

    private ErrorOutput? Import(ImportStep step, CellScope scope, CancellationToken abort)
    {
        var path = Path.GetFullPath(
            step.Path, _importing.TryPeek(out var importer) ? Path.GetDirectoryName(importer)! : Environment.CurrentDirectory);
        if (_importing.Contains(path))
        {
            throw new CellException("ImportError", $"#!import {step.Path}: the notebook imports itself.", step.Line);
        }

        _importing.Push(path);
        try
        {
            foreach (var cell in DibParser.Read(path).Cells.Where(c => c.IsCode))
            {
                if (Guarded(() => RunCell(cell.Content, scope, abort), scope, abort) is { } error)
                {
                    var line = cell.Line + Math.Max(0, error.Line - 1);
                    return error with { Message = $"{Path.GetFileName(path)} line {line}: {error.Message}", Line = step.Line };
                }
            }

            return null;
        }
        catch (InputException error)
        {
            throw new CellException("ImportError", $"#!import {error.Message}", step.Line);
        }
        finally
        {
            _importing.Pop();
        }
    }

    private ErrorOutput? AddPackage(PackageStep step, CancellationToken abort)
    {
        if (PackageRestore.IsServedHere(step.Name))
        {
            return null;
        }

        var (assemblies, nativeFolders) = PackageRestore.Restore(step, abort);
        foreach (var folder in nativeFolders)
        {
            SessionAssemblies.AddNativeFolder(folder);
        }

        _options = _options.AddReferences(assemblies.Select(SessionAssemblies.Add).OfType<MetadataReference>());
        return null;
    }

    private ErrorOutput? AddAssembly(AssemblyStep step)
    {
        if (!step.Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && SessionAssemblies.IsPresent(step.Path))
        {
            return null;
        }

        var path = Path.GetFullPath(step.Path);
        if (!File.Exists(path))
        {
            throw new CellException(
                "ReferenceError", $"#r \"{step.Path}\": no such file; expected a path relative to {Environment.CurrentDirectory}.", step.Line);
        }

        if (SessionAssemblies.Add(path) is { } reference)
        {
            _options = _options.AddReferences(reference);
        }

        return null;
    }
}
