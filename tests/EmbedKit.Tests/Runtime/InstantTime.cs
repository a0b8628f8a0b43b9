using System.Collections.Concurrent;

namespace EmbedKit.Tests.Runtime;

/// <summary>A clock on which every wait ends at once and is written down.</summary>
internal sealed class InstantTime : TimeProvider
{
    /// <summary>The waits, in order.</summary>
    internal ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Enqueue(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
