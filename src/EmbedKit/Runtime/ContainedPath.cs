namespace EmbedKit.Runtime;

/// <summary>Paths that come from data (ids, lock files) and must not lead out of the folder they belong to.</summary>
internal static class ContainedPath
{
    /// <summary>Joins a folder and a relative path.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="relative">A path below it, with / or \ between parts.</param>
    /// <returns>The full path, or null when the relative path is empty, absolute, names a drive, or climbs by <c>..</c>.</returns>
    internal static string? Join(string folder, string relative)
    {
        var parts = relative.Split('/', '\\');
        var inside = relative.Length > 0 && !relative.Contains('\0', StringComparison.Ordinal) && !Path.IsPathRooted(relative)
            && parts.All(p => p is not ("" or "." or "..") && !(p.Length == 2 && p[1] == ':'));
        return inside ? Path.Combine([Path.GetFullPath(folder), .. parts]) : null;
    }
}
