using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Sweep;

/// <summary>
/// The finished parts of an unfinished sweep: a run that was interrupted goes on where it stopped, and never on top of another sweep's rows. A
/// line each: its kind (the sweep's description, or a part), a check sum, JSON. A part's sum covers the description too, so that each line proves
/// by itself to be whole and of this sweep; a damaged one costs what it held and no more.
/// </summary>
internal sealed class SweepJournal : IDisposable
{
    /// <summary>What one may do whose <c>--out</c> holds another sweep.</summary>
    internal const string Remedy = "Choose another --out, or delete it.";

    private const string SweepKind = "sweep", PartKind = "part";
    private readonly FileStream _stream;
    private readonly Lock _gate = new();
    private readonly string _description;

    /// <summary>Opens the journal of a sweep, or begins one.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="sweep">What the sweep is.</param>
    /// <exception cref="InputException">It belongs to another sweep, or is open in another process.</exception>
    internal SweepJournal(string path, RunIdentity sweep)
    {
        _description = sweep.ToString();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            _stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (SystemFault.IsHeld(error))
        {
            throw new InputException(
                $"{path}: another process is writing it; expected one sweep at a time. Wait for it to end, or name another --out.", error);
        }

        try
        {
            Load(path, sweep);
        }
        catch
        {
            var isEmpty = _stream.Length == 0;
            _stream.Dispose();
            if (isEmpty)
            {
                File.Delete(path);
            }

            throw;
        }
    }

    /// <summary>Lines that did not read as they were written.</summary>
    internal int Damaged { get; private set; }

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
            WriteLine(PartKind, JsonSerializer.Serialize(part));
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

    private void Load(string path, RunIdentity sweep)
    {
        var bytes = new byte[_stream.Length];
        _stream.ReadExactly(bytes);
        var (described, other) = (false, (RunIdentity?)null);
        var lines = 0;
        foreach (var range in bytes.AsSpan().Split((byte)'\n'))
        {
            var line = bytes.AsSpan(range);
            if (line.Length == 0)
            {
                continue;
            }

            lines++;
            switch (Read(line))
            {
                case Part part:
                    Finished[part.Name] = part;
                    break;
                case string text when text == _description:
                    described = true;
                    break;
                case string text:
                    using (var json = JsonDocument.Parse(text))
                    {
                        other = RunIdentity.Parse(json.RootElement);
                    }

                    break;
                default:
                    Damaged++;
                    break;
            }
        }

        if (other is not null && Finished.Count == 0)
        {
            if (lines > 1)
            {
                sweep.CheckSame(path, other, Remedy);
            }

            // A sweep that finished nothing left only its name.
            (Damaged, described) = (0, false);
            _stream.SetLength(0);
        }
        else if (bytes is [.., not (byte)'\n'])
        {
            // What follows the last end of line was being written when the process died; from here a new line begins.
            _stream.WriteByte((byte)'\n');
        }

        _stream.Seek(0, SeekOrigin.End);
        if (!described)
        {
            WriteLine(SweepKind, _description);
        }
    }

    /// <summary>A whole line's content: a <see cref="Part"/> of this sweep, or a description as JSON; null when it is damaged or of another
    /// sweep.</summary>
    private object? Read(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        if (text.Split(' ', 3) is not [var kind, var sum, var json] || kind is not (SweepKind or PartKind) || sum != Sum(kind, json))
        {
            return null;
        }

        try
        {
            return kind == SweepKind ? json : JsonSerializer.Deserialize<Part>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string Sum(string kind, string json) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kind == PartKind ? _description + json : json)).AsSpan(0, 16));

    private void WriteLine(string kind, string json)
    {
        _stream.Write(Encoding.UTF8.GetBytes($"{kind} {Sum(kind, json)} {json}\n"));
        _stream.Flush(flushToDisk: true);
    }

    /// <summary>A finished part of a sweep.</summary>
    /// <param name="Name"><see cref="SweepPart.Name"/>.</param>
    /// <param name="Rows">Cells of its rows.</param>
    /// <param name="Predicted">What was predicted for each of them, where predictions are kept.</param>
    /// <param name="Seconds">How long it took.</param>
    internal sealed record Part(string Name, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<int[]> Predicted, double Seconds);
}
