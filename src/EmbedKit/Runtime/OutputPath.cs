using System.Text;

namespace EmbedKit.Runtime;

/// <summary>Where results may be written: checked before the work, so that a job of hours does not fail at its end.</summary>
public static class OutputPath
{
    // A file system ends names at 255 bytes; the longest that stands behind a result's name is .predictions.parquet.
    private const int MostBytes = 220;

    /// <summary>Refuses a path at which a file cannot be written. Looks only: nothing is made or changed.</summary>
    /// <param name="path">The path of a file to write.</param>
    /// <returns>The path that will be written: behind links, where it is one.</returns>
    /// <exception cref="InputException">
    /// The path is empty or too long, a folder, a device, a pipe or a socket; a link that leads in a circle or into a missing folder; below a file;
    /// or a file that may not be written.
    /// </exception>
    public static string CheckFile(string path)
    {
        CheckName(path, "file");
        if (Path.EndsInDirectorySeparator(path))
        {
            throw new InputException($"{path}: names a folder; expected the path of a file. Name a file in it.");
        }

        var target = Target(path);
        CheckAncestors(path, target);
        if (File.Exists(target))
        {
            try
            {
                using var file = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);
            }
            catch (IOException error) when (SystemFault.IsHeld(error))
            {
                // A job at work has it open; the lock says which.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new InputException(SystemFault.Describe(error, path) ?? $"{path}: {error.Message}", error);
            }
        }

        return target;
    }

    /// <summary>Refuses a path that cannot be a folder of results. Looks only: nothing is made or changed.</summary>
    /// <param name="path">The path of a folder, there or not.</param>
    /// <returns>The path behind links, where it is one.</returns>
    /// <exception cref="InputException">The path is empty or too long, or a file; a link that leads in a circle; below a file.</exception>
    public static string CheckFolder(string path)
    {
        CheckName(path, "folder");
        var target = Follow(Path.TrimEndingDirectorySeparator(path), "folder");
        var kind = FileKinds.Of(target);
        if (kind is not (FileKind.Folder or FileKind.Missing))
        {
            throw new InputException($"{path}: is {kind.Text()}; expected a folder, there or not. Name another place.");
        }

        CheckAncestors(path, target);
        return target;
    }

    /// <summary>Whether nothing of anybody's lies at a path: nothing at all, or a folder that is empty but for temporaries and marks of this
    /// program.</summary>
    /// <param name="folder">A path.</param>
    public static bool IsFree(string folder) =>
        !File.Exists(folder) && (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any(e => !Leftovers.IsOurs(e)));

    /// <summary>The file that writing to a path writes: the path, or what it links to.</summary>
    /// <exception cref="InputException">A folder, a device, a pipe, a socket, or a link that leads nowhere.</exception>
    internal static string Target(string path)
    {
        var target = Follow(path);
        var kind = FileKinds.Of(target);
        if (kind is not (FileKind.File or FileKind.Missing))
        {
            var advice = kind == FileKind.Folder ? "Name a file in it."
                : "Name a file: results are written whole or not at all, which nothing else allows.";
            throw new InputException($"{path}: is {kind.Text()}; expected the path of a file. {advice}");
        }

        if (target != Path.GetFullPath(path) && new FileInfo(path).LinkTarget is not null && !Directory.Exists(Path.GetDirectoryName(target)))
        {
            throw new InputException(
                $"{path}: links to {target}, whose folder does not exist; expected a link to a file, there or not, in a folder that exists.");
        }

        return target;
    }

    private static string Follow(string path, string expected = "file")
    {
        // /dev/stdout and its kind are links below /proc: what lies behind is open already, and a file renamed over it would not reach the reader.
        void Refuse(string link)
        {
            if (link.StartsWith("/proc/", StringComparison.Ordinal))
            {
                throw new InputException($"{path}: leads to what a process has open; expected the path of a file. Name one.");
            }
        }

        Refuse(Path.GetFullPath(path));
        return ContainedPath.Follow(path, Refuse, expected);
    }

    private static void CheckName(string path, string what)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new InputException($"'{path.Replace("\0", "\\0", StringComparison.Ordinal)}': is no path; expected the path of a {what}.");
        }

        var bytes = Encoding.UTF8.GetByteCount(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)));
        if (bytes > MostBytes)
        {
            throw new InputException(
                $"{path}: the name is {bytes} bytes long; expected at most {MostBytes}, so that what lies beside it can have a name too.");
        }
    }

    private static void CheckAncestors(string path, string target)
    {
        for (var parent = Path.GetDirectoryName(target); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            switch (FileKinds.Of(parent))
            {
                case FileKind.Missing:
                    continue;
                case FileKind.Folder:
                    return;
                default:
                    throw new InputException($"{path}: {parent} is {FileKinds.Of(parent).Text()}; expected a folder there. Name another place.");
            }
        }
    }
}
