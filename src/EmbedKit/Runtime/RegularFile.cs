namespace EmbedKit.Runtime;

/// <summary>Opens files for reading, and only regular ones: reading a pipe waits for ever, and a device such as /dev/zero never ends.</summary>
public static class RegularFile
{
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
            throw new InputException($"{path}: cannot be read ({InputException.OneLine(error.Message)}); expected {expected} that this user may read.", error);
        }
    }

    /// <summary>Refuses what is no regular file with contents. Pipes and devices are told by their length, which is 0, without opening them.</summary>
    /// <param name="path">Path of the file; links are followed.</param>
    /// <param name="expected">What should be there, for the message.</param>
    /// <exception cref="InputException">No such file, a folder, a pipe, a device, or an empty file.</exception>
    public static void Check(string path, string expected)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new InputException($"{path}: a folder; expected {expected}.");
        }

        FileInfo file;
        try
        {
            file = File.Exists(path) ? (FileInfo?)File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new(path) : new(path);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new InputException($"{path}: cannot be read ({InputException.OneLine(error.Message)}); expected {expected}.", error);
        }

        if (!file.Exists)
        {
            throw new InputException($"{path}: no such file; expected {expected}.");
        }

        if (file.Length == 0)
        {
            throw new InputException($"{path}: empty file, or no regular file (a pipe or a device); expected {expected}.");
        }
    }
}
