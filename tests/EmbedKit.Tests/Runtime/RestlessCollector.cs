namespace EmbedKit.Tests.Runtime;

/// <summary>A garbage collector that never rests: what may be freed too early, is.</summary>
internal static class RestlessCollector
{
    /// <summary>Does the work while another thread collects and runs finalizers without pause.</summary>
    internal static T During<T>(Func<T> work)
    {
        using var done = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            return work();
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }
    }
}
