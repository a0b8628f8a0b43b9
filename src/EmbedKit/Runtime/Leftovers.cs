using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EmbedKit.Runtime;

/// <summary>
/// Names of temporary files and folders, <c>NAME.PROCESS-UNIQUE.partial</c>, and the removal of those that a killed process left. One that a
/// living process works in is never touched: the name says whose it is, and its owner keeps it locked.
/// </summary>
public static partial class Leftovers
{
    /// <summary>Ending of temporary files and folders.</summary>
    internal const string Ending = ".partial";

    // Names may be long already, and a file system ends them at 255 bytes.
    private const int MostCharacters = 40;

    /// <summary>A new temporary path beside a final one.</summary>
    /// <param name="path">The final file or folder.</param>
    public static string NewBeside(string path) => $"{Stem(path)}.{Environment.ProcessId}-{Guid.NewGuid():N}{Ending}";

    /// <summary>Removes what killed processes left of the file or folder at this path.</summary>
    /// <param name="path">The final file or folder.</param>
    public static void ClearBeside(string path)
    {
        var stem = Path.GetFileName(Stem(path));
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && Directory.Exists(folder))
        {
            Clear(new DirectoryInfo(folder).EnumerateFileSystemInfos(stem + ".*" + Ending), stem);
        }
    }

    /// <summary>Removes everything that killed processes left below a folder that is the caller's own.</summary>
    /// <param name="folder">The folder.</param>
    public static void ClearBelow(string folder) =>
        Clear([.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*" + Ending, SearchOption.AllDirectories)], null);

    /// <summary>Whether an entry of a folder is a temporary of this program or a mark of a job at work: of no concern to who asks what a folder
    /// holds.</summary>
    internal static bool IsOurs(string path) => path.EndsWith(Ending, StringComparison.Ordinal) || JobMark.Is(path);

    private static string Stem(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var name = Path.GetFileName(full);
        if (Pattern().Match(name) is { Success: true } staged)
        {
            // A temporary of a temporary, of a group of files: it belongs to the final file as well.
            return Path.Combine(Path.GetDirectoryName(full)!, staged.Groups[1].Value);
        }

        var end = char.IsHighSurrogate(name[Math.Min(name.Length, MostCharacters) - 1]) ? MostCharacters - 1 : MostCharacters;
        return name.Length <= MostCharacters ? full : Path.Combine(Path.GetDirectoryName(full)!, name[..end]);
    }

    private static void Clear(IEnumerable<FileSystemInfo> entries, string? stem)
    {
        foreach (var entry in entries.Where(e => Pattern().Match(e.Name) is { Success: true } match
            && (stem is null || match.Groups[1].Value == stem) && IsDead(e, match)))
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    private static bool IsDead(FileSystemInfo entry, Match match) =>
        !IsAlive(int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture), entry.LastWriteTimeUtc)
        && (entry is DirectoryInfo || (FileKinds.Of(entry.FullName) == FileKind.File && IsFree(entry.FullName)));

    /// <summary>Whether the process of that number is the one that wrote: numbers are given again, but not to a process that began earlier.</summary>
    internal static bool IsAlive(int id, DateTime written)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !HasEnded(id) && process.StartTime.ToUniversalTime() <= written + TimeSpan.FromSeconds(2);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return error is System.ComponentModel.Win32Exception;
        }
    }

    /// <summary>Whether a process is dead and only its parent has not asked yet, as where a container runs without an init process: it keeps its
    /// number.</summary>
    private static bool HasEnded(int id)
    {
        var status = $"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat";
        if (!OperatingSystem.IsLinux() || !File.Exists(status))
        {
            return false;
        }

        try
        {
            // The state stands behind the name, which is in brackets and may hold any character.
            var text = File.ReadAllText(status);
            return text.AsSpan(text.LastIndexOf(')') + 1).TrimStart() is ['Z' or 'X', ..];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether no process, be it of another machine, has the file open to write.</summary>
    private static bool IsFree(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^(.*)\.([0-9]{1,9})-[0-9a-f]{32}\.partial$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Pattern();
}
