using System.Runtime.InteropServices;

namespace EmbedKit.Runtime;

/// <summary>What stands at a path once links are followed.</summary>
public enum FileKind
{
    /// <summary>Nothing, or nothing that may be seen.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A named pipe: opening it waits for whoever holds the other end.</summary>
    Pipe,

    /// <summary>A device, such as a terminal or <c>/dev/zero</c>: it may never end.</summary>
    Device,

    /// <summary>A socket.</summary>
    Socket,
}

/// <summary>Tells kinds of files apart without opening them, which .NET cannot: it sees a pipe or a device as a file.</summary>
public static partial class FileKinds
{
    private const int ModeOffset = 28;

    /// <summary>The kind of what stands at a path; outside Linux a pipe or a device is told as a file.</summary>
    /// <param name="path">Any path.</param>
    public static unsafe FileKind Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Directory.Exists(path) ? FileKind.Folder : File.Exists(path) ? FileKind.File : FileKind.Missing;
        }

        const int WorkingFolder = -100;
        const uint TypeOnly = 1;
        var answer = stackalloc byte[256];
        if (StatX(WorkingFolder, path, 0, TypeOnly, answer) != 0)
        {
            return FileKind.Missing;
        }

        return (*(ushort*)(answer + ModeOffset) & 0xF000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            _ => FileKind.Device,
        };
    }

    /// <summary>The kind in words, with its article.</summary>
    internal static string Text(this FileKind kind) => kind switch
    {
        FileKind.Pipe => "a pipe",
        FileKind.Device => "a device",
        FileKind.Socket => "a socket",
        FileKind.Folder => "a folder",
        FileKind.File => "a file",
        _ => "nothing",
    };

    // statx and not stat: its answer has the same layout on every processor.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* answer);
}
