namespace EmbedKit.Runtime;

/// <summary>
/// Holds every place that a job writes to while it works, so that no second job, however it spells a path, writes there too: a file with its
/// companions, or a folder with all below it. The system lets go when the process ends, however it ends; the small files that a killed process
/// leaves are taken over by the next job there.
/// </summary>
public sealed class OutputLock : IDisposable
{
    // In a folder, the name that its marks are made from.
    private const string InFolder = "embedkit";

    // Deeper than any job's results lie, and not through a whole disk where somebody names its root.
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 4,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private readonly List<OutputMark> _marks = [];
    private readonly List<string> _made = [];

    private OutputLock()
    {
    }

    /// <summary>Checks places for results and takes them all; folders that lead there are made, and unmade where nothing comes to lie in
    /// them.</summary>
    /// <param name="places">All that the job will write.</param>
    /// <param name="command">What is being done there, for whoever comes second.</param>
    /// <returns>The hold; disposing it lets go.</returns>
    /// <exception cref="InputException">Another job writes there, in a folder around it, or below it; a right is missing; or as
    /// <see cref="OutputPath"/>.</exception>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public static OutputLock Hold(IReadOnlyList<OutputPlace> places, string command)
    {
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(command);

        // All are checked before any is taken, and taken in one order: of two jobs that want the same ones, one gets them.
        var targets = places.Select(p => (p.Path, p.IsFolder, Target: p.IsFolder ? OutputPath.CheckFolder(p.Path) : OutputPath.CheckFile(p.Path)))
            .ToArray().DistinctBy(p => p.Target, StringComparer.Ordinal).OrderBy(p => p.Target, StringComparer.Ordinal);
        var (held, at) = (new OutputLock(), "");
        try
        {
            foreach (var (path, isFolder, target) in targets)
            {
                at = path;
                held.Take(path, isFolder, target, command);
            }

            return held;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InputException)
        {
            held.Dispose();
            if (SystemFault.Describe(error, at) is not { } line)
            {
                throw;
            }

            throw SystemFault.IsInput(error) ? new InputException(line, error) : new IOException(line, error);
        }
    }

    /// <summary>Lets go.</summary>
    public void Dispose()
    {
        _marks.ForEach(m => m.Dispose());
        foreach (var folder in _made.Where(f => Directory.Exists(f) && !Directory.EnumerateFileSystemEntries(f).Any()))
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Something has come to lie in it in this moment, or it may no longer be written.
            }
        }
    }

    private void Take(string path, bool isFolder, string target, string command)
    {
        if (isFolder)
        {
            TakeFolder(path, target, command);
        }
        else
        {
            Make(Path.GetDirectoryName(target)!);
            _marks.Add(OutputMark.Take(path, target, command));

            // A folder job may have come first.
            OutputPath.CheckFile(path);
        }

        // Taken before it is looked around: of two jobs, one around the other, at least one sees the other.
        for (var around = Path.GetDirectoryName(target); around is not null; around = Path.GetDirectoryName(around))
        {
            OutputMark.CheckFree(path, Path.Combine(around, InFolder), around);
        }
    }

    private void TakeFolder(string path, string target, string command)
    {
        var own = Path.Combine(target, InFolder);
        Make(Path.GetDirectoryName(target)!);

        // Where there is no folder yet, a job may be about to put a file at this very path; once a folder lay there, its work would be lost.
        // The mark of a job that was killed in this moment is taken over, and so away.
        using (Directory.Exists(target) && !File.Exists(target + JobMark.LockEnding) ? null : OutputMark.Take(path, target, command))
        {
            Make(target);
            _marks.Add(OutputMark.Take(path, own, command));
        }

        foreach (var mark in Directory.EnumerateFiles(target, "*" + JobMark.LockEnding, Below))
        {
            var place = mark[..^JobMark.LockEnding.Length];
            if (place != own)
            {
                OutputMark.CheckFree(path, place, Path.GetFileName(place) == InFolder ? Path.GetDirectoryName(place)! : place);
            }
        }
    }

    private void Make(string folder)
    {
        // Deepest first, as they are to be unmade.
        var missing = new List<string>();
        for (var at = folder; at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
        {
            missing.Add(at);
        }

        _made.InsertRange(0, missing);
        Directory.CreateDirectory(folder);
    }
}
