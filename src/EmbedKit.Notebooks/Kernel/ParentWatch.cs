using System.Diagnostics;
using System.Globalization;

namespace EmbedKit.Notebooks.Kernel;

/// <summary>Ends the kernel when the process that started it (Jupyter names it in <c>JPY_PARENT_PID</c>) is gone without a word.</summary>
internal static class ParentWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Begins to watch, where there is somebody to watch; on a thread of its own, since a cell may keep those of the pool.</summary>
    internal static void Start(Action gone)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 1)
        {
            new Thread(() =>
            {
                while (IsThere(id))
                {
                    Thread.Sleep(Interval);
                }

                gone();
            })
            { IsBackground = true, Name = "parent watch" }.Start();
        }
    }

    private static bool IsThere(int id)
    {
        try
        {
            using var parent = Process.GetProcessById(id);
            return !parent.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
