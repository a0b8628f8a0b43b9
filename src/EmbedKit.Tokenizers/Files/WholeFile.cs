namespace EmbedKit.Tokenizers.Files;

/// <summary>
/// Reads files whole, and only regular ones of at most 64 MiB: reading a pipe waits for ever, and a device such as /dev/zero never ends.
/// </summary>
internal static class WholeFile
{
    private const long Largest = 64L << 20;

    /// <param name="path">Path of the file; links are followed.</param>
    /// <param name="expected">What should be there, for the message.</param>
    /// <exception cref="TokenizerException">No such file, no regular one, an empty or a larger one, or one that may not be read.</exception>
    internal static byte[] ReadBytes(string path, string expected)
    {
        try
        {
            // Pipes and devices are told by their length, which is 0, without opening them.
            var file = File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is FileInfo final ? final : new FileInfo(path);
            if (!file.Exists || file.Length is 0 or > Largest)
            {
                var found = Directory.Exists(path) ? "a folder"
                    : !file.Exists ? file.LinkTarget is { } target ? $"a link to '{target}', which leads to no file" : "no such file"
                    : file.Length == 0 ? "empty file, or no regular file (a pipe or a device)"
                    : $"{file.Length:N0} bytes";
                throw new TokenizerException($"{path}: {found}; expected {expected} of at most {Largest:N0} bytes.");
            }

            using var stream = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            var bytes = new byte[Math.Min(stream.Length, Largest)];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new TokenizerException($"{path}: cannot be read ({error.Message.TrimEnd('.', ' ')}); expected {expected}.", error);
        }
    }

    /// <summary>A text file as UTF-8, or as its byte order mark says.</summary>
    /// <inheritdoc cref="ReadBytes"/>
    internal static string ReadText(string path, string expected)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path, expected)));
        return reader.ReadToEnd();
    }
}
