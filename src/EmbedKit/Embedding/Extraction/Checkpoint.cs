using System.Globalization;
using EmbedKit.Runtime;
using Microsoft.Win32.SafeHandles;

namespace EmbedKit.Embedding.Extraction;

/// <summary>
/// The folder <c>OUT.checkpoint</c> beside an output: a manifest, one file a finished block, and a lock while a process works in it. Needs
/// about as much disk as the output itself, and is removed when the output is written.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    internal const string Ending = ".checkpoint";
    private const string LockName = "lock";
    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly CheckpointManifest _manifest;
    private readonly Action<string, Action<Stream>> _write;
    private readonly SortedList<int, ExtractionBlock> _blocks = [];
    private ContentHash _fingerprint;
    private (int First, SafeFileHandle? File) _open;

    /// <summary>Opens or begins a checkpoint and locks it.</summary>
    /// <param name="output">The file to write in the end.</param>
    /// <param name="restart">Whether to throw away what is there.</param>
    /// <param name="write">Writes a file atomically; null for <see cref="AtomicFile"/>.</param>
    /// <exception cref="InputException">Another process works on this output.</exception>
    internal Checkpoint(string output, bool restart, Action<string, Action<Stream>>? write = null)
    {
        (_folder, _write) = (output + Ending, write ?? AtomicFile.Write);
        _manifest = new(Path.Combine(_folder, "manifest.json"));
        Directory.CreateDirectory(_folder);
        try
        {
            _lock = new(Path.Combine(_folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (SystemFault.IsHeld(error))
        {
            throw new InputException(
                $"{output}: another process is writing it; expected one at a time. Wait for it to end, or name another --out.", error);
        }

        if (restart)
        {
            DeleteFiles();
        }
    }

    /// <summary>The settings of the run that began here, or null.</summary>
    internal IReadOnlyDictionary<string, string>? Settings => _manifest.Read()?.Values;

    /// <summary>Blocks that were there and did not read as they were written; they are computed again.</summary>
    internal int Damaged { get; private set; }

    /// <summary>The blocks that are finished, in order, without their vectors' values.</summary>
    internal IEnumerable<ExtractionBlock> Finished => _blocks.Values;

    /// <summary>Claims the folder for a run and finds which blocks an earlier one has finished.</summary>
    /// <param name="settings">What decides the numbers.</param>
    /// <param name="blocks">All blocks of the run.</param>
    /// <returns>Those to compute: missing, or damaged.</returns>
    /// <exception cref="InputException">The folder was begun with other settings.</exception>
    internal IReadOnlyList<(int First, int Count)> Claim(IReadOnlyDictionary<string, string> settings, IEnumerable<(int First, int Count)> blocks)
    {
        _fingerprint = _manifest.Claim(new(settings));
        Leftovers.ClearBelow(_folder);
        var missing = new List<(int, int)>();
        foreach (var rows in blocks)
        {
            var isThere = File.Exists(PathOf(rows.First));
            if (isThere && BlockFile.Read(PathOf(rows.First), rows, _fingerprint) is { } block)
            {
                _blocks.Add(block.First, block);
            }
            else
            {
                Damaged += isThere ? 1 : 0;
                missing.Add(rows);
            }
        }

        return missing;
    }

    /// <summary>Keeps a block: once this returns, no kill loses it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal void Keep(ExtractionBlock block)
    {
        try
        {
            _write(PathOf(block.First), stream => BlockFile.Write(stream, block, _fingerprint));
        }
        catch (IOException error)
        {
            var line = SystemFault.Describe(error, _folder)
                ?? $"{_folder}: cannot be written ({InputException.OneLine(error.Message)}); make room, and run the same command again.";
            throw new IOException($"{line} What was finished is kept.", error);
        }

        block.Image.Forget();
        block.Text.Forget();
        _blocks.Add(block.First, block);
    }

    /// <summary>Reads the vector of a row of a finished block.</summary>
    internal float[] Read(int row, bool image)
    {
        var block = BlockOf(row);
        var vector = new float[image ? block.Image.Dimension : block.Text.Dimension];
        Read([row], image, vector);
        return vector;
    }

    /// <summary>Reads the vectors of rows, in rising order, all of finished blocks.</summary>
    internal void Read(ReadOnlySpan<int> rows, bool image, Span<float> values)
    {
        var dimension = values.Length / rows.Length;
        for (int i = 0, together; i < rows.Length; i += together)
        {
            var block = BlockOf(rows[i]);
            for (together = 1; i + together < rows.Length && rows[i + together] == rows[i] + together
                && rows[i + together] < block.First + block.Count; together++)
            {
            }

            if (_open.File is null || _open.First != block.First)
            {
                _open.File?.Dispose();
                _open = (block.First, File.OpenHandle(PathOf(block.First)));
            }

            BlockFile.ReadVectors(_open.File, block, image, rows[i] - block.First, values.Slice(i * dimension, together * dimension));
        }
    }

    /// <summary>The finished block that a row belongs to.</summary>
    private ExtractionBlock BlockOf(int row)
    {
        var (low, high) = (0, _blocks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _blocks.Keys[middle] <= row ? (middle, high) : (low, middle - 1);
        }

        return _blocks.Values[low];
    }

    /// <summary>Removes the folder, once the output is written.</summary>
    internal void Remove()
    {
        _open.File?.Dispose();
        DeleteFiles();
        _lock.Dispose();
        try
        {
            File.Delete(Path.Combine(_folder, LockName));
            Directory.Delete(_folder);
        }
        catch (IOException)
        {
            // Another run of the same output has begun in this moment; the folder is its own now.
        }
    }

    public void Dispose()
    {
        _open.File?.Dispose();
        _lock.Dispose();
    }

    private string PathOf(int first) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"rows-{first:00000000}.block"));

    private void DeleteFiles()
    {
        foreach (var file in Directory.EnumerateFiles(_folder).Where(f => Path.GetFileName(f) != LockName))
        {
            File.Delete(file);
        }
    }
}
