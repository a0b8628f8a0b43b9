using System.Diagnostics;
using System.IO.Pipes;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Execution;

/// <summary>
/// Runs the cells of notebooks in a process of their own, so that a cell which ends its process (<c>Environment.Exit</c>, a stack that overflows,
/// memory that is used up) is a failed cell and no more. One process serves one notebook after another, and after its end comes the next.
/// </summary>
/// <param name="program">The command that runs <see cref="CellServer.Run"/> on the pipe whose name comes after it.</param>
public sealed class CellProcess(IReadOnlyList<string> program) : IDisposable
{
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(5);

    private Process? _process;
    private NamedPipeServerStream? _pipe;
    private LastWords? _words;
    private StreamReader? _reader;
    private StreamWriter? _writer;

    /// <summary>Runs one cell to its end, or to that of the process.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="folder">For the first cell of a notebook: the working directory of a fresh session.</param>
    /// <param name="output">Gets each output as it comes; after a failure, an <see cref="ErrorOutput"/> last.</param>
    /// <param name="progress">Told how far long jobs are.</param>
    /// <param name="cancellation">Kills the process, and what it has started.</param>
    /// <returns>Null when the cell succeeded, else its last output.</returns>
    internal ErrorOutput? Execute(
        DibCell cell, string? folder, Action<CellOutput> output, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        Start(cancellation);
        using var told = cancellation.Register(Kill);
        CellTold.Write(_writer!, new CellToRun(cell.Kernel, cell.Content, folder, progress is not null));

        var error = (ErrorOutput?)null;
        while (CellTold.Read<CellTold>(_reader!) is { } next)
        {
            if (next.Ended)
            {
                return error;
            }

            if (next.Progress is { } done)
            {
                progress?.Report(done);
            }

            if (next.Output is { } put)
            {
                error = put as ErrorOutput ?? error;
                output(put);
            }
        }

        error = HowItEnded();
        output(error);
        return error;
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        // It leaves when the pipe closes.
        _pipe?.Dispose();
        if (_process is { } process && !process.WaitForExit(Ending))
        {
            Kill();
        }

        _process?.Dispose();
        (_process, _pipe) = (null, null);
    }

    private void Start(CancellationToken cancellation)
    {
        if (_process is not null)
        {
            return;
        }

        // The name of a pipe is a file where there are such; it goes as soon as both ends are there.
        var name = "embedkit-" + Path.GetRandomFileName();
        name = OperatingSystem.IsWindows() ? name : Path.Combine(Path.GetTempPath(), name);
        _pipe = new(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        ProcessStartInfo start = new(program[0], [.. program.Skip(1), name])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Beyond this much of the machine's memory (in hexadecimal) a cell gets an exception, and the machine keeps what it needs to go on.
        start.Environment.TryAdd("DOTNET_GCHeapHardLimitPercent", "4B");

        // What counts calls in order to compile better later pays in processes that live longer than a notebook.
        start.Environment.TryAdd("DOTNET_TieredPGO", "0");
        var words = _words = new(Console.Error);
        _process = new() { StartInfo = start };
        _process.OutputDataReceived += (_, line) => words.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => words.Add(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Connect(cancellation);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(name);
        }

        (_reader, _writer) = CellTold.Open(_pipe);
    }

    private void Connect(CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(Starting);
        try
        {
            using var ended = new Timer(_ => { if (_process!.HasExited) { late.Cancel(); } }, null, 200, 200);
            _pipe!.WaitForConnectionAsync(late.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            Kill();
            var error = HowItEnded();
            cancellation.ThrowIfCancellationRequested();
            throw new IOException($"{string.Join(' ', program)}: cannot run cells ({error.Message.ReplaceLineEndings(" ")}).");
        }
    }

    private void Kill()
    {
        try
        {
            _words?.Mute();
            _process?.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Why the process is gone; the next cell gets another.</summary>
    private ErrorOutput HowItEnded()
    {
        var process = _process!;
        if (!process.WaitForExit(Ending))
        {
            Kill();
        }

        process.WaitForExit(Ending);
        var error = _words!.Explain(process.HasExited ? process.ExitCode : -1, Ending);
        Dispose();
        return error;
    }
}
