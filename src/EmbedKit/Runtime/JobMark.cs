namespace EmbedKit.Runtime;

/// <summary>Names of the two small files by which a job marks the place it works at.</summary>
internal static class JobMark
{
    /// <summary>Ending of the file that says who works there.</summary>
    internal const string Ending = ".running";

    /// <summary>Ending of the file that is kept locked.</summary>
    internal const string LockEnding = Ending + ".lock";

    /// <summary>Whether a path is one of the two.</summary>
    internal static bool Is(string path) => path.EndsWith(Ending, StringComparison.Ordinal) || path.EndsWith(LockEnding, StringComparison.Ordinal);
}
