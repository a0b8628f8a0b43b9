using System.Text.RegularExpressions;

namespace EmbedKit.Runtime;

/// <summary>Says in one line what the system refused, where, and what to do: disks, rights, limits and memory, whose exceptions name
/// neither.</summary>
public static partial class SystemFault
{
    /// <summary>The line, or null where the exception is of another kind.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="path">The path as the user knows it; null takes the one in the exception's message.</param>
    public static string? Describe(Exception error, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(error);
        path ??= error is not ArgumentException && Quoted().Match(error.Message) is { Success: true } match ? match.Groups[1].Value : null;
        path = path is null ? null : Temporary().Replace(path, "");
        var place = path ?? "a file";
        return error switch
        {
            UnauthorizedAccessException => path is null ? $"a right is missing: {error.Message}" : MissingRight.Describe(path),
            OutOfMemoryException => "memory has run out; free some, or ask for less at a time (--threads, --batch), and run the same command again.",
            PathTooLongException => $"{place}: the name or path is too long; expected at most 255 bytes a name. Name another place.",
            FileNotFoundException or DirectoryNotFoundException =>
                $"{place}: {(path is null ? null : BrokenLink.Describe(path)) ?? "no such file or folder"}; expected it to be there.",
            ArgumentOutOfRangeException value when IsTooLarge(value) => TooLarge(place),
            IOException => error.HResult switch
            {
                28 or 69 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027) => Full(path, error.HResult is 69 or 122),
                27 => TooLarge(place),
                30 or unchecked((int)0x80070013) =>
                    $"{place}: lies on a disk that can only be read; expected one that can be written. Name another place.",
                23 or 24 or unchecked((int)0x80070004) => $"{place}: too many files are open; raise the limit (ulimit -n), or use fewer --threads.",
                36 or 63 => $"{place}: the name or path is too long; expected at most 255 bytes a name. Name another place.",
                40 or 62 => $"{place}: links lead in a circle; expected a link to a file.",
                5 => $"{place}: the disk fails to read or write; look at the system's log, and run the same command on another disk.",
                _ => null,
            },
            _ => null,
        };
    }

    /// <summary>Whether the fault is of what was asked for (a right, a name), and not of a machine that may do better next time.</summary>
    /// <param name="error">What was thrown.</param>
    public static bool IsInput(Exception error) =>
        error is UnauthorizedAccessException or PathTooLongException or FileNotFoundException or DirectoryNotFoundException
        || (error is IOException && error.HResult is 30 or 36 or 40 or 62 or 63);

    /// <summary>Whether a file did not open because a process, this one or another, has it open for itself.</summary>
    /// <param name="error">What was thrown.</param>
    public static bool IsHeld(IOException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.HResult is 11 or 35 or unchecked((int)0x80070020);
    }

    /// <summary>The line, where a folder on the way to a path may not be entered, so that the path seems not to be there; else null.</summary>
    /// <param name="path">Any text; one that is no path gives null.</param>
    public static string? DescribeHidden(string path) =>
        string.IsNullOrEmpty(path) || path.Contains('\0', StringComparison.Ordinal) ? null : MissingRight.Hiding(path);

    /// <summary>Whether a file would grow past a limit: said of a value, and of no file.</summary>
    /// <param name="error">What was thrown.</param>
    internal static bool IsTooLarge(ArgumentOutOfRangeException error) =>
        error.ParamName == "value" && error.Message.Contains("file system", StringComparison.Ordinal);

    private static string TooLarge(string place) =>
        $"{place}: grows larger than the file system or this session (ulimit -f) allows; raise the limit, or name a place on another disk, and run "
            + "the same command again.";

    private static string Full(string? path, bool isQuota)
    {
        if (isQuota)
        {
            return $"{path ?? "the disk"}: the quota of this user is used up; free some, or name a place on another disk, and run the same command "
                + "again.";
        }

        // What is free by now tells nothing: the half-written file is gone again, and how much it wanted is not in the fault.
        return $"the disk of {path ?? "the results"} is full: what was to be written did not fit; free some, or name a place on another disk, and "
            + "run the same command again.";
    }

    [GeneratedRegex("'([^']+)'[^']*$", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\.[0-9]{1,9}-[0-9a-f]{32}\.partial(?=[/\\]|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Temporary();
}
