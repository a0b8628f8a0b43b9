namespace EmbedKit.Cli.Terminal;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    internal const int Done = 0;

    /// <summary>The job failed.</summary>
    internal const int Failed = 1;

    /// <summary>Bad usage or bad input.</summary>
    internal const int BadInput = 2;

    /// <summary><c>data audit</c> found leaks.</summary>
    internal const int LeaksFound = 3;

    /// <summary>Interrupted; resumable state is kept.</summary>
    internal const int Interrupted = 130;
}
