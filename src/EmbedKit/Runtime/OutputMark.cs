using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EmbedKit.Runtime;

/// <summary>
/// Marks one place as held: <c>PLACE.running.lock</c>, which the system locks until the process ends, and <c>PLACE.running</c>, which says who it is.
/// </summary>
internal sealed class OutputMark : IDisposable
{
    // Who takes a place, and who leaves it, is without a name for a moment; and a file system may refuse one.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);
    private static int _count;
    private readonly FileStream _lock;
    private readonly string _place;

    private OutputMark(FileStream held, string place) => (_lock, _place) = (held, place);

    /// <summary>Takes a place.</summary>
    /// <param name="path">The place as the user spelled it, for the message.</param>
    /// <param name="place">The path that the two files lie beside.</param>
    /// <param name="command">What is being done there.</param>
    /// <param name="patience">How long to wait for another to leave.</param>
    /// <exception cref="InputException">Another process holds it.</exception>
    internal static OutputMark Take(string path, string place, string command, TimeSpan patience = default)
    {
        var held = new OutputMark(Acquire(path, place, patience), place);
        try
        {
            // Not forced to disk, which may take seconds: after a crash of the machine nobody holds anything.
            Leftovers.ClearBeside(place + JobMark.Ending);
            var holder = new Holder(Environment.ProcessId, Environment.MachineName, Now(), Plain(command));
            AtomicFile.WriteOneOfMany(place + JobMark.Ending, JsonSerializer.SerializeToUtf8Bytes(holder));
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Refuses where somebody holds a place around or below the one that is asked for; takes nothing.</summary>
    /// <param name="path">The place asked for, as the user spelled it.</param>
    /// <param name="place">The path that the two files lie beside, where there are any.</param>
    /// <param name="shown">The held place, for the message.</param>
    internal static void CheckFree(string path, string place, string shown)
    {
        for (var began = Stopwatch.GetTimestamp(); File.Exists(place + JobMark.LockEnding);)
        {
            try
            {
                using var free = new FileStream(place + JobMark.LockEnding, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
                return;
            }
            catch (IOException error) when (SystemFault.IsHeld(error))
            {
                Refuse(path, place, $"in {shown}", began, default, error);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    /// <summary>Lets go.</summary>
    public void Dispose()
    {
        // While the lock is still held: behind it another job may have begun already. Windows deletes the lock file itself on closing.
        Delete(_place + JobMark.Ending);
        if (!OperatingSystem.IsWindows())
        {
            Delete(_place + JobMark.LockEnding);
        }

        _lock.Dispose();
    }

    private static FileStream Acquire(string path, string place, TimeSpan patience)
    {
        var (lockFile, began) = (place + JobMark.LockEnding, Stopwatch.GetTimestamp());
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
                Refuse(path, place, "there", began, patience, error);
                continue;
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

    /// <summary>Says who is at a place; waits a moment instead while nobody is named, or while there is patience left.</summary>
    private static void Refuse(string path, string place, string where, long began, TimeSpan patience, IOException error)
    {
        var who = WhoHolds(place + JobMark.Ending, where);
        var most = who is null && patience < Moment ? Moment : patience;
        if (Stopwatch.GetElapsedTime(began) >= most)
        {
            throw new InputException(
                $"{path}: {who ?? $"another process is writing {where}"}; expected one job at a time. Wait for it to end, or name another place.",
                error);
        }

        Thread.Sleep(TimeSpan.FromMilliseconds(10));
    }

    private static string? WhoHolds(string file, string where)
    {
        try
        {
            var holder = JsonSerializer.Deserialize<Holder>(File.ReadAllBytes(file))!;
            var isHere = holder.Machine == Environment.MachineName;
            var machine = isHere ? "" : $" on {Plain(holder.Machine)}";

            // A mark of a process that was killed tells of the one before.
            return isHere && !Leftovers.IsAlive(holder.Process, File.GetLastWriteTimeUtc(file)) ? null
                : $"process {holder.Process}{machine} has been writing {where} since {Plain(holder.Since)} ({Plain(holder.Command)})";
        }
        catch (Exception error) when (error
            is IOException or UnauthorizedAccessException or JsonException or ArgumentException or NullReferenceException)
        {
            return null;
        }
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

    private static string Now() => DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    private static string Plain(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c).Take(300)]);

    private sealed record Holder(int Process, string Machine, string Since, string Command);
}
