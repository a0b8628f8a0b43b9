using System.Text;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols;

/// <summary>
/// The finished parts of an unfinished sweep, a line each, behind a first line that says of which sweep: a run that was interrupted goes on
/// where it stopped, and never on top of another sweep's rows.
/// </summary>
internal sealed class SweepJournal : IDisposable
{
    private readonly FileStream _stream;
    private readonly Lock _gate = new();

    /// <summary>Opens the journal of a sweep, or begins one.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="description">What the sweep is, by name.</param>
    /// <exception cref="InputException">It belongs to another sweep, or is open in another process.</exception>
    internal SweepJournal(string path, IReadOnlyDictionary<string, string> description)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            _stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (IOException error)
        {
            throw new InputException($"{path}: does not open ({error.Message}); expected that no other sweep writes there.", error);
        }

        try
        {
            Load(path, description);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>The parts finished before, by name.</summary>
    internal Dictionary<string, Part> Finished { get; } = new(StringComparer.Ordinal);

    /// <summary>A part finished before, or null. Safe from any thread.</summary>
    internal Part? Find(string name)
    {
        lock (_gate)
        {
            return Finished.GetValueOrDefault(name);
        }
    }

    /// <summary>Adds a finished part; on disk when this returns. Safe from any thread.</summary>
    internal void Add(Part part)
    {
        lock (_gate)
        {
            WriteLine(part);
            Finished[part.Name] = part;
        }
    }

    /// <summary>Closes the file; without a finished part nothing of it is worth keeping.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        if (Finished.Count == 0)
        {
            File.Delete(_stream.Name);
        }
    }

    private void Load(string path, IReadOnlyDictionary<string, string> description)
    {
        using var reader = new StreamReader(_stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var text = reader.ReadToEnd();
        var whole = text.LastIndexOf('\n') + 1;
        var lines = text[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            if (lines.Length > 1)
            {
                RunDescription.CheckSame(path, JsonSerializer.Deserialize<Dictionary<string, string>>(lines[0])!, description);
                foreach (var part in lines.Skip(1).Select(line => JsonSerializer.Deserialize<Part>(line)!))
                {
                    Finished[part.Name] = part;
                }
            }
        }
        catch (JsonException error)
        {
            throw new InputException(
                $"{path}: does not read as the journal of a sweep ({error.Message}); expected one, or no file. Delete it to start over.", error);
        }

        // What follows the last newline was being written when the process died.
        _stream.SetLength(lines.Length > 1 ? Encoding.UTF8.GetByteCount(text.AsSpan(0, whole)) : 0);
        _stream.Seek(0, SeekOrigin.End);
        if (lines.Length <= 1)
        {
            WriteLine(description);
        }
    }

    private void WriteLine<T>(T value)
    {
        _stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value) + "\n"));
        _stream.Flush(flushToDisk: true);
    }

    /// <summary>A finished part of a sweep.</summary>
    /// <param name="Name"><see cref="SweepPart.Name"/>.</param>
    /// <param name="Rows">Cells of its rows.</param>
    /// <param name="Predicted">What was predicted for each of them, where predictions are kept.</param>
    /// <param name="Seconds">How long it took.</param>
    internal sealed record Part(string Name, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<int[]> Predicted, double Seconds);
}
