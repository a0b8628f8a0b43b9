namespace EmbedKit.Runtime;

/// <summary>
/// Writes files that describe one another, so that they appear together: each is written in full beside its place first; only when all are
/// there do they take their names. A full disk, a failure or an interruption before that leaves every old file as it was.
/// </summary>
public static class FileGroup
{
    /// <summary>Writes the files of a group.</summary>
    /// <param name="paths">The final paths, distinct; the last is the file that describes the others. Of old files it goes first and comes back
    /// last, so that a process killed between two names leaves files without their description at worst, never under another one's.</param>
    /// <param name="write">Writes each file to the path that it is given at the same place; a file that it does not write is removed.</param>
    /// <exception cref="InputException">One of them is a folder, a device, a pipe or a socket, or a link that leads nowhere.</exception>
    public static void Write(IReadOnlyList<string> paths, Action<IReadOnlyList<string>> write)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(write);
        string[] targets = [.. paths.Select(OutputPath.Target)], staged = [.. targets.Select(Leftovers.NewBeside)];
        Array.ForEach(targets, Leftovers.ClearBeside);
        try
        {
            write(staged);
            KeepRights(staged, targets);
            if (targets.Length > 1)
            {
                File.Delete(targets[^1]);
            }

            for (var i = 0; i < staged.Length; i++)
            {
                if (File.Exists(staged[i]))
                {
                    File.Move(staged[i], targets[i], overwrite: true);
                }
                else
                {
                    File.Delete(targets[i]);
                }
            }
        }
        finally
        {
            Array.ForEach(staged, File.Delete);
        }
    }

    private static void KeepRights(string[] staged, string[] targets)
    {
        for (var i = 0; i < staged.Length && !OperatingSystem.IsWindows(); i++)
        {
            if (File.Exists(staged[i]) && File.Exists(targets[i]))
            {
                File.SetUnixFileMode(staged[i], File.GetUnixFileMode(targets[i]));
            }
        }
    }
}
