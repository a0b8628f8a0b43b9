using System.Runtime.ExceptionServices;

namespace EmbedKit.Runtime;

/// <summary>
/// Writes files so that nothing half-written ever carries its final name: a temporary file beside it, flushed to disk, then renamed. A link is
/// followed and kept; what a killed process left of the same file is removed.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes <paramref name="path"/> through <paramref name="write"/>; on failure the old file, if any, is untouched.</summary>
    /// <param name="path">The final path; its folder is created when missing.</param>
    /// <param name="write">Writes the whole content to the stream it is given.</param>
    /// <exception cref="InputException">The path is a folder, a device, a pipe or a socket, or a link that leads nowhere.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = OutputPath.Target(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        Leftovers.ClearBeside(target);
        WriteTo(target, write, toDisk: true);
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="text">The whole content.</param>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>
    /// For one of thousands of small files that can be made again: renamed into place, but not forced to disk, and leftovers stay for the one
    /// whose folder it is (<see cref="Leftovers.ClearBelow"/>).
    /// </summary>
    public static void WriteOneOfMany(string path, byte[] bytes)
    {
        var target = OutputPath.Target(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        WriteTo(target, stream => stream.Write(bytes), toDisk: false);
    }

    private static void WriteTo(string target, Action<Stream> write, bool toDisk)
    {
        var temporary = Leftovers.NewBeside(target);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16, Share = FileShare.None };
        if (OperatingSystem.IsWindows())
        {
            options.Share = FileShare.Delete;
        }
        else if (File.Exists(target))
        {
            options.UnixCreateMode = File.GetUnixFileMode(target);
        }

        try
        {
            using var stream = new FileStream(temporary, options);
            using var kept = new FaultKeepingStream(stream);
            try
            {
                write(kept);
            }
            catch (Exception error) when (kept.Fault is { } fault && fault != error)
            {
                ExceptionDispatchInfo.Throw(fault);
            }

            stream.Flush(flushToDisk: toDisk);

            // Renamed while it is still open, and so locked: nobody takes it for a leftover in between.
            File.Move(temporary, target, overwrite: true);
        }
        catch (ArgumentOutOfRangeException error) when (SystemFault.IsTooLarge(error))
        {
            throw new IOException(SystemFault.Describe(error, target), error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
