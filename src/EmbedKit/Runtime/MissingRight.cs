namespace EmbedKit.Runtime;

/// <summary>Says which right is missing and where, since the system says only "denied".</summary>
internal static class MissingRight
{
    /// <summary>One line about a path that the system refused.</summary>
    internal static string Describe(string path)
    {
        var full = Path.GetFullPath(path);
        if (ClosedFolder(full) is { } closed)
        {
            return Line(path, "enter", closed, "x");
        }

        if (Directory.Exists(full))
        {
            return Line(path, CanList(full) ? "write into" : "list", full, CanList(full) ? "w" : "r");
        }

        if (!File.Exists(full))
        {
            var folder = Path.GetDirectoryName(full);
            while (folder is not null && !Directory.Exists(folder))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return Line(path, "write into", folder ?? full, "w");
        }

        return CanOpen(full, FileAccess.Read) ? CanOpen(full, FileAccess.Write) ? Line(path, "replace files in", Path.GetDirectoryName(full)!, "w")
            : Line(path, "write", full, "w")
            : Line(path, "read", full, "r");
    }

    /// <summary>The line, where a folder on the way to a path, or at it, may not be entered, so that what is there seems not to be; else
    /// null.</summary>
    internal static string? Hiding(string path)
    {
        // A folder itself hides what is in it.
        var full = Path.GetFullPath(path);
        return ClosedFolder(Directory.Exists(full) ? Path.Combine(full, "x") : full) is { } closed ? Line(path, "enter", closed, "x") : null;
    }

    /// <summary>The first folder on the way that may not be entered: it hides what is behind it.</summary>
    private static string? ClosedFolder(string full)
    {
        for (var (child, parent) = (full, Path.GetDirectoryName(full)); parent is not null; (child, parent) = (parent, Path.GetDirectoryName(parent)))
        {
            if (!Directory.Exists(parent))
            {
                continue;
            }

            try
            {
                File.GetAttributes(child);
            }
            catch (UnauthorizedAccessException)
            {
                return parent;
            }
            catch (IOException)
            {
            }

            return null;
        }

        return null;
    }

    private static bool CanList(string folder)
    {
        try
        {
            using var entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
            entries.MoveNext();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool CanOpen(string file, FileAccess access)
    {
        if (FileKinds.Of(file) != FileKind.File)
        {
            return true;
        }

        try
        {
            using var stream = new FileStream(file, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete, 1);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
        }

        return true;
    }

    private static string Line(string path, string act, string place, string right)
    {
        var rights = OperatingSystem.IsWindows() ? "" : $" Its rights are {Rights(File.GetUnixFileMode(place))}.";
        var there = Path.GetFullPath(path) == place ? "it" : place;
        return $"{path}: user {Environment.UserName} may not {act} {there}; expected the right '{right}'.{rights} Give it, or name another place.";
    }

    private static string Rights(UnixFileMode mode)
    {
        const string Letters = "rwxrwxrwx";
        return string.Concat(Letters.Select((letter, i) => ((int)mode & (1 << (8 - i))) != 0 ? letter : '-'));
    }
}
