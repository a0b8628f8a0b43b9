namespace EmbedKit.Runtime;

/// <summary>Where a job reports when its caller names no receiver: a notebook's host shows it below the cell that runs.</summary>
public static class HostProgress
{
    private static readonly AsyncLocal<IProgress<JobProgress>?> Host = new();

    /// <summary>The receiver of this thread and of those that it starts, or null.</summary>
    public static IProgress<JobProgress>? Current
    {
        get => Host.Value;
        set => Host.Value = value;
    }
}
