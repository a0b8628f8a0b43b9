using System.Runtime.InteropServices;

namespace EmbedKit.Cli.Terminal;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks the job to end once its step is done. A second one, or a step that takes too long, ends the process like a
/// kill: nothing is tidied, which the same command does when it is given again.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="leave">Ends the process with a code, in the middle of whatever it does; null in tests.</param>
internal sealed partial class Interruption(TimeProvider time, Action<int>? leave = null) : IDisposable
{
    /// <summary>What a job says that was asked to end, and has.</summary>
    internal const string Ended = "embedkit: interrupted; what was finished is kept. Run the same command again to go on.";

    /// <summary>How long a job that is asked to end may go on with its step.</summary>
    internal static readonly TimeSpan LastStep = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _asked = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private PosixSignalRegistration[] _signals = [];
    private ITimer? _limit;
    private bool _ended;

    /// <summary>Listens to the process's signals.</summary>
    internal static Interruption OfSignals()
    {
        var interruption = new Interruption(TimeProvider.System, Leave);
        interruption._signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(s => PosixSignalRegistration.Create(s, signal =>
        {
            signal.Cancel = true;
            interruption.Ask();
        }))];
        return interruption;
    }

    /// <summary>Runs a job to its end, or until it must be left.</summary>
    /// <param name="job">The job; its token is set once it is asked to end.</param>
    /// <param name="error">Where it is said that a job was left in the middle of a step.</param>
    /// <returns>What the job returns; <see cref="ExitCode.Interrupted"/> where it was left.</returns>
    internal int Run(Func<CancellationToken, Task<int>> job, TextWriter error)
    {
        var running = job(_asked.Token);
        if (Task.WhenAny(running, _over.Task).GetAwaiter().GetResult() == running)
        {
            return running.GetAwaiter().GetResult();
        }

        error.WriteLine(
            "embedkit: interrupted in the middle of a step; what was finished before it is kept. Run the same command again to go on.");
        leave?.Invoke(ExitCode.Interrupted);
        return ExitCode.Interrupted;
    }

    /// <summary>Asks the job to end; asked twice, it is left at once.</summary>
    internal void Ask()
    {
        lock (_gate)
        {
            if (_limit is not null || _ended)
            {
                _over.TrySetResult();
                return;
            }

            _limit = time.CreateTimer(_ => _over.TrySetResult(), null, LastStep, Timeout.InfiniteTimeSpan);
            _ = _asked.CancelAsync();
        }
    }

    /// <summary>Listens no more.</summary>
    public void Dispose()
    {
        Array.ForEach(_signals, s => s.Dispose());
        lock (_gate)
        {
            _ended = true;
            _limit?.Dispose();
            _asked.Dispose();
        }
    }

    /// <summary>Ends the process in the middle of whatever its threads do.</summary>
    internal static void Leave(int code)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(code);
        }

        // An ordinary exit would free native libraries under threads that are still at work in them, and end in a fault of memory.
        ExitAtOnce(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitAtOnce(int code);
}
