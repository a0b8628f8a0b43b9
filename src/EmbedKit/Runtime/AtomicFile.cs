namespace EmbedKit.Runtime;

/// <summary>Writes files so that nothing half-written ever carries its final name: a temporary file beside it, flushed to disk, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Ending of the temporary files; a leftover from a killed process may be deleted at any time.</summary>
    public const string TemporaryEnding = ".partial";

    /// <summary>Writes <paramref name="path"/> through <paramref name="write"/>; on failure the old file, if any, is untouched.</summary>
    /// <param name="path">The final path; its folder is created when missing.</param>
    /// <param name="write">Writes the whole content to the stream it is given.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        WriteVia(path, temporary =>
        {
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
            write(stream);
            stream.Flush(flushToDisk: true);
        });
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="text">The whole content.</param>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>For writers that insist on opening a path of their own: gives them a temporary path and renames it when they return.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="writeToPath">Creates the file whose path it is given.</param>
    public static void WriteVia(string path, Action<string> writeToPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(writeToPath);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}{TemporaryEnding}";
        try
        {
            writeToPath(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
