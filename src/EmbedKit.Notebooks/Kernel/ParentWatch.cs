using System.Diagnostics;
using System.Globalization;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>Ends the kernel when the process that started it (Jupyter names it in <c>JPY_PARENT_PID</c>) is gone without a word.</summary>
internal static class ParentWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Begins to watch; null when there is nobody to watch.</summary>
    internal static IDisposable? Start(Action gone)
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || id <= 1)
        {
            return null;
        }

        return new Timer(
            _ =>
            {
                try
                {
                    using var parent = Process.GetProcessById(id);
                    if (!parent.HasExited)
                    {
                        return;
                    }
                }
                catch (ArgumentException)
                {
                    // No such process any more.
                }

                gone();
            },
            null, Interval, Interval);
    }
}
