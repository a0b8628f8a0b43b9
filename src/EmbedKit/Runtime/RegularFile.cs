using System.Text;
using EmbedKit.Tokenizers.Files;

namespace EmbedKit.Runtime;

/// <summary>Opens files for reading, and only regular ones: reading a pipe waits for ever, and a device such as /dev/zero never ends.</summary>
public static class RegularFile
{
    /// <summary>Bytes of a file that describes something (JSON, a template, a lock) and is read whole, at most: 64 MiB.</summary>
    public const long LargestText = 64L << 20;

    /// <summary>Opens a file once <see cref="Check"/> has passed.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <param name="expected">What should be there, for the message, e.g. "a CSV file with a header".</param>
    /// <exception cref="InputException">As <see cref="Check"/>; or it may not be read.</exception>
    public static FileStream OpenRead(string path, string expected)
    {
        Check(path, expected);
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(path, expected, error);
        }
    }

    /// <summary>Reads a whole file, within a bound that is checked before anything is allocated.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <param name="expected">What should be there, for the message.</param>
    /// <param name="most">Bytes accepted, at most.</param>
    /// <exception cref="InputException">As <see cref="OpenRead"/>; or it is larger, or cannot be read to its end.</exception>
    public static byte[] ReadBytes(string path, string expected, long most = LargestText)
    {
        using var stream = OpenRead(path, expected);
        if (stream.Length > most)
        {
            throw new InputException($"{path}: {stream.Length:N0} bytes; expected {expected} of at most {most:N0} bytes.");
        }

        try
        {
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (IOException error)
        {
            throw new InputException($"{path}: cannot be read to its end ({InputException.OneLine(error.Message)}); expected {expected}.", error);
        }
    }

    /// <summary>Reads a JSON file for a parser of bytes: as <see cref="ReadBytes"/>, without the byte order mark that editors put in front of
    /// UTF-8 and parsers stumble over.</summary>
    /// <inheritdoc cref="ReadBytes"/>
    public static ReadOnlyMemory<byte> ReadJson(string path, string expected, long most = LargestText)
    {
        var bytes = ReadBytes(path, expected, most);
        if (JsonFault.IsUtf16(bytes))
        {
            throw new InputException($"{path}: is UTF-16; expected {expected} in UTF-8.");
        }

        return bytes.AsMemory(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);
    }

    /// <summary>Reads a whole text file as UTF-8, or as its byte order mark says, of at most <see cref="LargestText"/> bytes.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <param name="expected">What should be there, for the message.</param>
    /// <exception cref="InputException">As <see cref="ReadBytes"/>.</exception>
    public static string ReadText(string path, string expected)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path, expected)));
        return reader.ReadToEnd();
    }

    /// <summary>Refuses what is no regular file with contents, without opening it.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <param name="expected">What should be there, for the message.</param>
    /// <exception cref="InputException">As <see cref="Length"/>; or an empty file.</exception>
    public static void Check(string path, string expected)
    {
        if (Length(path, expected) == 0)
        {
            // Only Linux tells the two apart.
            throw new InputException(
                $"{path}: empty file{(OperatingSystem.IsLinux() ? "" : ", or no regular file (a pipe or a device)")}; expected {expected}.");
        }
    }

    /// <summary>The length of a regular file, found without opening it.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <param name="expected">What should be there, for the message.</param>
    /// <exception cref="InputException">No such file, a folder, a pipe, a device or a socket.</exception>
    public static long Length(string path, string expected)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new InputException($"{path}: a folder; expected {expected}.");
        }

        var kind = FileKinds.Of(path);
        if (kind is FileKind.Pipe or FileKind.Device or FileKind.Socket)
        {
            throw new InputException($"{path}: {kind.Text()}, no regular file; expected {expected}.");
        }

        FileInfo file;
        try
        {
            file = File.Exists(path) ? (FileInfo?)File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new(path) : new(path);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw BrokenLink.Describe(path) is null ? Unreadable(path, expected, error) : Missing(path, expected);
        }

        return file.Exists ? file.Length : throw Missing(path, expected);
    }

    private static InputException Missing(string path, string expected) =>
        new($"{path}: {BrokenLink.Describe(path) ?? "no such file"}; expected {expected}.");

    private static InputException Unreadable(string path, string expected, Exception error) =>
        new(SystemFault.Describe(error, path) ?? $"{path}: cannot be read ({InputException.OneLine(error.Message)}); expected {expected}.", error);
}
