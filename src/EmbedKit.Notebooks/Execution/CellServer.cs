using System.Collections.Concurrent;
using System.IO.Pipes;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Execution;

/// <summary>The other end of a <see cref="CellProcess"/>: runs the cells it sends, one after another.</summary>
public static class CellServer
{
    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(30);

    /// <summary>Serves until the pipe closes, which it does with the process that started this one. Cells may be at work then: end the
    /// process.</summary>
    /// <param name="pipe">The pipe's name.</param>
    /// <exception cref="InputException">Nobody is there.</exception>
    public static void Run(string pipe)
    {
        using NamedPipeClientStream stream = new(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
        try
        {
            stream.Connect(Connecting);
        }
        catch (Exception error) when (error is TimeoutException or IOException or ArgumentException)
        {
            throw new InputException($"{pipe}: nobody listens there; expected to be started by 'embedkit notebook run'.", error);
        }

        Console.SetIn(CellInput.Nobody);
        var (reader, writer) = CellTold.Open(stream);
        using BlockingCollection<CellToRun> cells = [];
        new Thread(() => Serve(cells, writer)) { IsBackground = true, Name = "notebook cells" }.Start();
        while (CellTold.Read<CellToRun>(reader) is { } cell)
        {
            cells.Add(cell, CancellationToken.None);
        }
    }

    private static void Serve(BlockingCollection<CellToRun> cells, StreamWriter writer)
    {
        Lock gate = new();
        void Tell(CellTold told)
        {
            lock (gate)
            {
                CellTold.Write(writer, told);
            }
        }

        NotebookSession? session = null;
        foreach (var cell in cells.GetConsumingEnumerable())
        {
            if (cell.Folder is { } folder)
            {
                Environment.CurrentDirectory = folder;
                session?.Dispose();
                session = new() { Progress = cell.Progress ? new Relay(progress => Tell(new(Progress: progress))) : null };
            }

            (session ??= new()).Execute(new DibCell(cell.Kernel, cell.Content), output => Tell(CellTold.Of(output)));
            Tell(new(Ended: true));
        }
    }

    /// <summary>Tells ten times a second; a job may count far faster.</summary>
    private sealed class Relay(Action<JobProgress> tell) : IProgress<JobProgress>
    {
        private const long Interval = 100;
        private long _last;
        private string? _stage;

        public void Report(JobProgress value)
        {
            var now = Environment.TickCount64;
            if (value.Note is not null || value.Stage != _stage || value.Done == value.Total || now - _last >= Interval)
            {
                (_stage, _last) = (value.Stage, now);
                tell(value);
            }
        }
    }
}
