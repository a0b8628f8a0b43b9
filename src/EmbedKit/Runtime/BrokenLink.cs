namespace EmbedKit.Runtime;

/// <summary>Says of a path at which nothing seems to be that a symbolic link, at it or on the way to it, leads nowhere or in a circle.</summary>
public static class BrokenLink
{
    private const int MostSteps = 40;

    /// <summary>The link and where it leads, to stand behind <c>PATH: </c>; or null where no link is to blame.</summary>
    /// <param name="path">Any path.</param>
    public static string? Describe(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (var place = full; place is not null; place = Path.GetDirectoryName(place))
        {
            // A folder is there however its links are written; what File.Exists says of a link is not what it leads to.
            if (TargetOf(place) is { } target && !Directory.Exists(place) && Follow(place, target) is var (end, isCircle, isThere) && !isThere)
            {
                var link = place == full ? "a link" : $"behind {place}, a link";
                return isCircle ? $"{link} that leads back to itself by way of '{target}'"
                    : $"{link} to '{target}'{(end == target ? "" : $" and so to '{end}'")}, where there is nothing";
            }
        }

        return null;
    }

    private static (string End, bool IsCircle, bool IsThere) Follow(string link, string target)
    {
        var (place, shown) = (link, target);
        for (var step = 0; step < MostSteps; step++)
        {
            place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(shown, Path.GetDirectoryName(place) ?? place));
            if (TargetOf(place) is not { } next)
            {
                return (shown, false, Path.Exists(place));
            }

            shown = next;
        }

        return (shown, true, false);
    }

    private static string? TargetOf(string place)
    {
        try
        {
            return new FileInfo(place).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
