namespace EmbedKit.Runtime;

/// <summary>Paths that come from data (ids, lock files) and must not lead out of the folder they belong to.</summary>
public static class ContainedPath
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <summary>Joins a folder and a relative path.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="relative">A path below it, with / or \ between parts.</param>
    /// <returns>The full path, or null when the relative path is empty, absolute, names a drive, or climbs by <c>..</c>.</returns>
    public static string? Join(string folder, string relative)
    {
        var parts = relative.Split('/', '\\');
        var inside = relative.Length > 0 && !relative.Contains('\0', StringComparison.Ordinal) && !Path.IsPathRooted(relative)
            && parts.All(p => p is not ("" or "." or "..") && !(p.Length == 2 && p[1] == ':'));
        return inside ? Path.Combine([Path.GetFullPath(folder), .. parts]) : null;
    }

    /// <summary>Whether a path is still below a folder once every link on the way is followed; the folder itself may be reached by links.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="path">An existing path.</param>
    internal static bool StaysInside(string folder, string path) =>
        Follow(path).StartsWith(Path.TrimEndingDirectorySeparator(Follow(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path the system opens: part by part, so that <c>..</c> behind a link means what it means to the system.</summary>
    /// <param name="path">Any path; what is not there is taken as it stands.</param>
    /// <param name="onLink">Told of the path of each link on the way.</param>
    /// <param name="expected">What should be there, for the message.</param>
    /// <exception cref="InputException">Links lead in a circle.</exception>
    internal static string Follow(string path, Action<string>? onLink = null, string expected = "file")
    {
        var full = Path.GetFullPath(path);
        var followed = Path.GetPathRoot(full)!;
        var parts = new Stack<string>(Parts(full));
        for (var links = 0; parts.TryPop(out var part);)
        {
            var next = part == ".." ? Path.GetDirectoryName(followed) ?? followed : Path.Combine(followed, part);
            if (part == ".." || LinkTarget(next) is not { } target)
            {
                followed = next;
                continue;
            }

            onLink?.Invoke(next);
            if (++links > MostLinks)
            {
                throw new InputException(
                    $"{path}: {BrokenLink.Describe(path) ?? $"more than {MostLinks} links behind each other"}; expected a {expected}.");
            }

            followed = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : followed;
            foreach (var step in Parts(target))
            {
                parts.Push(step);
            }
        }

        return followed;
    }

    private static string? LinkTarget(string path) => Directory.Exists(path) ? new DirectoryInfo(path).LinkTarget : new FileInfo(path).LinkTarget;

    /// <summary>The parts below the root, last first.</summary>
    private static IEnumerable<string> Parts(string path) => path[(Path.GetPathRoot(path)?.Length ?? 0)..]
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").Reverse();
}
