using System.Globalization;
using System.Text.Json;

namespace EmbedKit.Runtime;

/// <summary>
/// Holds a place for results while a job works on it, so that no second job, however it spells the path, writes there too. The system lets go
/// when the process ends, however it ends; the two small files that a killed process leaves are taken over by the next job there.
/// </summary>
public sealed class OutputLock : IDisposable
{
    private const string Ending = ".running";
    private const string LockEnding = Ending + ".lock";
    private static int _count;
    private readonly FileStream _lock;
    private readonly string _mark;
    private readonly IReadOnlyList<string> _made;

    private OutputLock(FileStream held, string mark, IReadOnlyList<string> made) => (_lock, _mark, _made) = (held, mark, made);

    /// <summary>Checks a place for results and takes it; folders that lead there are made, and unmade where nothing comes to lie in them.</summary>
    /// <param name="path">A file to write, or a folder to write into.</param>
    /// <param name="isFolder">Which of the two.</param>
    /// <param name="command">What is being done there, for whoever comes second.</param>
    /// <returns>The hold; disposing it lets go.</returns>
    /// <exception cref="InputException">Another job writes there; a right is missing; or as <see cref="OutputPath"/>.</exception>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public static OutputLock Hold(string path, bool isFolder, string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var target = isFolder ? OutputPath.CheckFolder(path) : OutputPath.CheckFile(path);
        var folder = isFolder ? target : Path.GetDirectoryName(target)!;
        var mark = isFolder ? Path.Combine(target, "embedkit") : target;
        var made = Missing(folder);
        OutputLock? held = null;
        try
        {
            if (isFolder && File.Exists(target + LockEnding))
            {
                // A job may be about to put a file at this very path; once a folder lay there, its work would be lost.
                Acquire(path, target + LockEnding, target + Ending).Dispose();
            }

            Directory.CreateDirectory(folder);
            held = new(Acquire(path, mark + LockEnding, mark + Ending), mark, made);
            AtomicFile.WriteText(mark + Ending, JsonSerializer.Serialize(new Holder(Environment.ProcessId, Environment.MachineName, Now(), Plain(command))) + "\n");
            return held;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InputException)
        {
            held?.Dispose();
            Unmake(made);
            if (SystemFault.Describe(error, path) is not { } line)
            {
                throw;
            }

            throw SystemFault.IsInput(error) ? new InputException(line, error) : new IOException(line, error);
        }
    }

    /// <summary>Whether a path is one of the files that mark a place as held.</summary>
    /// <param name="path">Any path.</param>
    public static bool IsMark(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(Ending, StringComparison.Ordinal) || path.EndsWith(LockEnding, StringComparison.Ordinal);
    }

    /// <summary>Lets go.</summary>
    public void Dispose()
    {
        // While the lock is still held: behind it another job may have begun already. Windows deletes the lock file itself on closing.
        Delete(_mark + Ending);
        if (!OperatingSystem.IsWindows())
        {
            Delete(_mark + LockEnding);
        }

        _lock.Dispose();
        Unmake(_made);
    }

    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder has gone, or may no longer be written: the next job there takes the file over.
        }
    }

    private static FileStream Acquire(string path, string lockFile, string holder)
    {
        while (true)
        {
            FileStream held;
            try
            {
                var onClose = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
                held = new(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, onClose);
            }
            catch (IOException error) when (SystemFault.IsHeld(error))
            {
                throw new InputException($"{path}: {WhoHolds(holder)}; expected one job at a time. Wait for it to end, or name another place.", error);
            }

            // A lock file that its last holder deleted while we opened it is no longer at its path. Its length, which the path shows without
            // opening it, tells whether it is ours.
            var length = 1 + ((Environment.ProcessId + (Interlocked.Increment(ref _count) * 4099)) & 0xFFF);
            held.SetLength(length);
            if (new FileInfo(lockFile) is { Exists: true } there && there.Length == length)
            {
                return held;
            }

            held.Dispose();
        }
    }

    private static string WhoHolds(string file)
    {
        try
        {
            var holder = JsonSerializer.Deserialize<Holder>(File.ReadAllBytes(file))!;
            var where = holder.Machine == Environment.MachineName ? "" : $" on {Plain(holder.Machine)}";
            return $"process {holder.Process}{where} has been writing there since {Plain(holder.Since)} ({Plain(holder.Command)})";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException or NullReferenceException)
        {
            return "another process is writing there";
        }
    }

    private static string Now() => DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    private static string Plain(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c).Take(300)]);

    /// <summary>Folders that are not there yet, deepest first.</summary>
    private static List<string> Missing(string folder)
    {
        var missing = new List<string>();
        for (var at = folder; at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
        {
            missing.Add(at);
        }

        return missing;
    }

    private static void Unmake(IReadOnlyList<string> made)
    {
        foreach (var folder in made.Where(f => Directory.Exists(f) && !Directory.EnumerateFileSystemEntries(f).Any()))
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                // Something has come to lie in it in this moment.
            }
        }
    }

    private sealed record Holder(int Process, string Machine, string Since, string Command);
}
