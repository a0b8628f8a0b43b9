using System.Diagnostics;
using System.Runtime;

namespace EmbedKit.Notebooks.Session;

/// <summary>Runs a cell on a thread of its own, so that it can be interrupted whatever it does.</summary>
internal static class CellThread
{
    /// <summary>The name of the error of an interrupted cell.</summary>
    internal const string InterruptedName = "Interrupted";

    /// <summary>The name of the error of a cell that was interrupted and did not stop.</summary>
    internal const string AbandonedName = "Abandoned";

    private const int StackBytes = 16 << 20;

    /// <summary>An abort ends code that runs; a thread that sleeps or waits is woken as well, a little later.</summary>
    private static readonly TimeSpan BeforeWaking = TimeSpan.FromMilliseconds(300);

    /// <summary>The compiler, aborted, could leave what later cells need half done.</summary>
    private static readonly TimeSpan ForCode = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Runs a cell and waits for its end, or, once interrupted, for a few seconds more.</summary>
    /// <param name="cell">The cell; its token is set when the interrupt comes.</param>
    /// <param name="interrupt">The interrupt.</param>
    /// <param name="begun">Whether code runs that may be aborted; while it does not, the interrupt waits a few seconds. Null: always.</param>
    /// <returns>How the cell failed, or null.</returns>
    internal static ErrorOutput? Run(Func<CancellationToken, ErrorOutput?> cell, CancellationToken interrupt, Func<bool>? begun = null)
    {
        // Not disposed: an abandoned cell still holds it.
        var abort = new CancellationTokenSource();
        using var ended = new ManualResetEventSlim();
        var outcome = (ErrorOutput?)null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    outcome = cell(abort.Token);
                }
                catch (CellException error)
                {
                    outcome = error.ToOutput();
                }
                catch (OperationCanceledException) when (abort.IsCancellationRequested)
                {
                    outcome = Interrupted("The cell was interrupted. What it had declared is lost; earlier cells are intact.");
                }
                catch (Exception error) when (abort.IsCancellationRequested)
                {
                    outcome = Interrupted(
                        $"The cell was interrupted ({error.GetType().Name}). What it had declared is lost; earlier cells are intact.");
                }
                catch (Exception error)
                {
                    outcome = ErrorReport.Of(error, "");
                }

                Signal(ended);
            },
            StackBytes)
        { IsBackground = true, Name = "notebook cell" };
        thread.Start();

        try
        {
            ended.Wait(interrupt);
            return outcome;
        }
        catch (OperationCanceledException)
        {
            var waited = Stopwatch.StartNew();
            while (begun?.Invoke() == false && waited.Elapsed < ForCode && !ended.Wait(1, CancellationToken.None))
            {
            }

            // Aborting waits for the thread to reach a safe point, perhaps for ever: not on this thread, nor on one of the pool, which the cell
            // may hold.
            new Thread(abort.Cancel) { IsBackground = true }.Start();
            if (!ended.Wait(BeforeWaking, CancellationToken.None))
            {
                thread.Interrupt();
            }

            return ended.Wait(Grace, CancellationToken.None)
                ? outcome ?? Interrupted("The cell was interrupted just as it ended.")
                : new(
                    AbandonedName,
                    "The cell did not stop and was abandoned: its code may go on in the background, but its output is dropped. Restart the session "
                        + "to end it.", 0, []);
        }
    }

    /// <summary>Runs cell code so that the abort reaches it in the middle of a loop or a wait.</summary>
    /// <exception cref="OperationCanceledException">It was aborted.</exception>
    internal static void Abortable(Action code, CancellationToken abort)
    {
#pragma warning disable SYSLIB0046 // Meant for hosts that run code on a user's behalf and must be able to stop it, which a notebook is.
        ControlledExecution.Run(code, abort);
#pragma warning restore SYSLIB0046
    }

    /// <summary>Runs to its end what an interrupt must not strike in the middle of: an abort waits for the end of a <c>finally</c> block.</summary>
    internal static void Unabortable(Action code)
    {
        try
        {
        }
        finally
        {
            code();
        }
    }

    private static ErrorOutput Interrupted(string message) => new(InterruptedName, message, 0, []);

    private static void Signal(ManualResetEventSlim ended)
    {
        try
        {
            ended.Set();
        }
        catch (ObjectDisposedException)
        {
            // The cell was abandoned; nobody waits.
        }
        catch (ThreadInterruptedException)
        {
            ended.Set();
        }
    }
}
