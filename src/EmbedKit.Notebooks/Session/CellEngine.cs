using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Formatting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Directives;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace EmbedKit.Notebooks.Session;

/// <summary>
/// Microsoft.DotNet.Interactive behind a session, and all that knows it: cells go in as text, what they put out goes to <see cref="CellScope"/>. Its
/// C# kernel is given what the process carries as references, and a thread that can be aborted.
/// </summary>
internal sealed class CellEngine : IDisposable
{
    /// <summary>What may stand after <c>#</c> in a cell, for messages.</summary>
    internal const string KnownCommands =
        "#!import, #!time, #!set, #!share, #!value, #!who, #!whos, #r \"nuget: …\", #r \"file.dll\", and #! before a language: csharp, html, "
        + "javascript, markdown or mermaid";

    private readonly CSharpKernel _csharp = new();
    private readonly CompositeKernel _root = new() { DefaultKernelName = DibKernels.CSharp };
    private ScriptState<object> _state;

    static CellEngine() => AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) =>
    {
        // What a submission was compiled into is loaded just before it runs.
        if (CellScope.Current is { } scope && loaded.LoadedAssembly.GetName().Name?.StartsWith('\u211B') == true)
        {
            scope.HasBegun = true;
        }
    };

    /// <summary>Starts it.</summary>
    /// <param name="before">An engine in which a cell goes on that was abandoned; its declarations are taken over without that cell's.</param>
    internal CellEngine(CellEngine? before = null)
    {
        NotebookViews.RegisterAll();
        Options = Options.WithReferences(SessionAssemblies.Initial).AddImports(
                typeof(Microsoft.DotNet.Interactive.Kernel).FullName!, typeof(CellDisplay).FullName!)
            .WithEmitDebugInformation(true).WithFileEncoding(System.Text.Encoding.UTF8).WithOptimizationLevel(OptimizationLevel.Release);

        // With a submission before it, the first cell keeps what it assigned before it failed.
        _state = before?._state ?? CSharpScript.RunAsync("", Options).GetAwaiter().GetResult();
        SetState(_csharp, _state);
        Inherit();
        _csharp.AddMiddleware(RunSubmission);
        _root.Add(_csharp.UseValueSharing().UseWho(), ["c#", "cs", "C#"]);
        _root.Add(new JavaScriptKernel().UseValueSharing(), ["js"]);
        _root.Add(new HtmlKernel());
        _root.Add(new KeyValueStoreKernel().UseWho());
        _root.Add(new ShownTextKernel(DibKernels.Markdown, text => text), ["md"]);
        _root.Add(new ShownTextKernel("mermaid", ShownTextKernel.OfDiagram));
        _root.AddDirective(new KernelActionDirective("#!time"), Time);
        var file = new KernelDirectiveParameter("--file") { AllowImplicitName = true, Required = true };
        _root.AddDirective<ImportDocument>(new("#!import") { Parameters = { file } }, (command, _) => NotebookImport.Run(command.FilePath, this));
        _root.KernelEvents.Subscribe(Take);
    }

    /// <summary>The state after the last cell that ran, for completion and inspection.</summary>
    internal ScriptState<object> State => (ScriptState<object>)_csharp.ScriptState;

    /// <summary>The options of the next cell; references are those that it adds to the earlier ones.</summary>
    internal ScriptOptions Options
    {
        get => OptionsOf(_csharp);
        private set => OptionsOf(_csharp) = value;
    }

    /// <summary>The languages there are.</summary>
    internal IEnumerable<string> Languages => _root.ChildKernels.Select(k => k.Name).Order(StringComparer.Ordinal);

    /// <summary>Runs a cell to its end, in the running <see cref="CellScope"/>, which is told how it failed.</summary>
    /// <param name="source">The cell.</param>
    /// <param name="language">Its language.</param>
    /// <param name="scope">Where it runs.</param>
    /// <exception cref="CellException">No cells of that language run here, or its code nests too deeply.</exception>
    internal async Task Run(CellSource source, string language, CellScope scope)
    {
        if (!Languages.Contains(language))
        {
            throw new CellException(
                "UnknownKernel", $"no kernel for '{language}' cells here; expected one of {string.Join(", ", Languages)}.", 0);
        }

        var references = CellReferences.Take(source.Code, language);
        CodeDepth.Check(references.Code, 1);
        if (references.Wanted.Count > 0 && CellThread.Run(abort => Add(references.Wanted, abort), scope.Interrupt) is { } error)
        {
            scope.Fail(error);
            return;
        }

        scope.LinesBefore = 0;
        scope.Sources.Push(source with { Code = references.Code });
        await _root.SendAsync(new SubmitCode(references.Code, language));
        scope.Sources.Pop();
    }

    private ErrorOutput? Add(IEnumerable<WantedReference> wanted, CancellationToken abort)
    {
        foreach (var reference in wanted)
        {
            Options = Options.AddReferences(reference.Find(abort));
        }

        return null;
    }

    public void Dispose() => _root.Dispose();

    private static Task Time(KernelCommand command, KernelInvocationContext context)
    {
        var begin = Stopwatch.GetTimestamp();
        context.OnComplete(c =>
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"Wall time: {Stopwatch.GetElapsedTime(begin).TotalMilliseconds}ms");
            c.Publish(new DisplayedValueProduced(text, c.Command, [new(ValueFormatter.Plain, text)]));
        });
        return Task.CompletedTask;
    }

    /// <summary>Runs a cell, or the part of one between two commands, on a thread of its own.</summary>
    private async Task RunSubmission(KernelCommand command, KernelInvocationContext context, KernelPipelineContinuation next)
    {
        if (command is not SubmitCode submission || CellScope.Current is not { } scope)
        {
            await next(command, context);
            _state = State;
        }
        else if (scope.Error is null)
        {
            scope.HasBegun = false;
            var error = CellThread.Run(
                abort => RunCode(submission, () => next(command, context), scope, abort), scope.Interrupt,
                () => scope.HasBegun && ReferenceEquals(_csharp.ScriptState, _state));
            if (error is not null)
            {
                scope.Fail(error);
            }
        }
    }

    private ErrorOutput? RunCode(SubmitCode submission, Func<Task> run, CellScope scope, CancellationToken abort)
    {
        // The engine takes the console for itself before each command.
        ConsoleCapture.PutBack();
        var source = scope.Sources.Peek();
        scope.LinesBefore = source.LineOf(submission.Code);
        SetCode(submission, new string('\n', scope.LinesBefore) + submission.Code);
        CodeDepth.Check(CSharpSyntaxTree.ParseText(submission.Code, CodeAssistant.Script, cancellationToken: abort).GetRoot(abort), 1);
        Options = Options.WithFilePath(source.File);
        Task? running = null;
        try
        {
            CellThread.Abortable(() => (running = run()).GetAwaiter().GetResult(), abort);
        }
        catch (Exception) when (abort.IsCancellationRequested && running is { IsCompleted: false })
        {
            throw new CellException(
                CellThread.AbandonedName,
                "The cell was interrupted while it awaited something, which may go on in the background; its output is dropped.", 0);
        }

        if (ReferenceEquals(State, _state))
        {
            return null;
        }

        _state = State;
        Inherit();
        abort.ThrowIfCancellationRequested();
        return State.Exception is { } error ? ErrorReport.Of(error, source.File) : null;
    }

    /// <summary>A submission inherits the references of the one before it: named again, each would hold the list of all before it.</summary>
    private void Inherit() => Options = Options.WithReferences(Array.Empty<MetadataReference>());

    private void Take(KernelEvent said)
    {
        if (CellScope.Current is not { } scope)
        {
            return;
        }

        switch (said)
        {
            case StandardOutputValueProduced or StandardErrorValueProduced:
                var stream = said is StandardOutputValueProduced ? "stdout" : "stderr";
                scope.Emit(new StreamOutput(stream, ((DisplayEvent)said).FormattedValues.First().Value));
                break;
            case ErrorProduced error:
                scope.Fail(new("Error", error.Message, 0, []));
                break;
            case ReturnValueProduced { Value: DisplayedValue }:
                // The last expression was display(…), which has shown it.
                break;
            case DisplayEvent shown:
                scope.Emit(new ValueOutput(ValueFormatter.Bundle(shown.FormattedValues), shown is ReturnValueProduced));
                break;
            case DiagnosticsProduced { Diagnostics: var found } when found.Any(d => d.Severity == DiagnosticSeverity.Error):
                // The engine, too, counts the lines before the part of the cell.
                scope.Fail(ErrorReport.Of([.. found.Where(d => d.Severity == DiagnosticSeverity.Error)], scope.LinesBefore));
                break;
            case CommandFailed { Exception: var error } failed:
                scope.Fail(error is null ? new("Error", failed.Message, 0, []) : ErrorReport.Of(error, scope.Sources.Peek().File));
                break;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_scriptOptions")]
    private static extern ref ScriptOptions OptionsOf(CSharpKernel kernel);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ScriptState")]
    private static extern void SetState(CSharpKernel kernel, ScriptState state);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Code")]
    private static extern void SetCode(SubmitCode command, string code);
}
