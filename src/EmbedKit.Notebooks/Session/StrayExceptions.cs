using System.Runtime.ExceptionServices;

namespace EmbedKit.Notebooks.Session;

/// <summary>
/// Exceptions that nobody awaits: of an <c>async void</c> method or of a thread that a cell started. They would end the process and lose the
/// notebook; instead they fail the cell that runs.
/// </summary>
internal static class StrayExceptions
{
    private static readonly Lock Gate = new();
    private static readonly List<CellScope> Open = [];
    private static bool _installed;

    /// <summary>Names a cell that runs, from now on.</summary>
    internal static void Enter(CellScope scope)
    {
        lock (Gate)
        {
            if (!_installed)
            {
                _installed = true;
                ExceptionHandling.SetUnhandledExceptionHandler(Take);
            }

            Open.Add(scope);
        }
    }

    /// <summary>The cell has ended.</summary>
    internal static void Leave(CellScope scope)
    {
        lock (Gate)
        {
            Open.Remove(scope);
        }
    }

    /// <summary>Gives it to the cell that it came from, or else to the one that runs; outside notebooks it stays unhandled.</summary>
    private static bool Take(Exception error)
    {
        lock (Gate)
        {
            var own = CellScope.Current;
            var scope = own is not null && Open.Contains(own) ? own : Open.LastOrDefault();
            if (scope is null && own is null)
            {
                return false;
            }

            if (scope is null)
            {
                Console.Error.WriteLine($"embedkit: after the last cell: {error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}");
            }

            scope?.FailAstray(ErrorReport.Of(error, ""));
            return true;
        }
    }
}
