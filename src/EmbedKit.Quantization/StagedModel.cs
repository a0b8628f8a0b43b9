using System.Text.Json.Nodes;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Quantization;

/// <summary>
/// A copy of a model folder's small files below a temporary name, in which int8 files are written and tried. <see cref="Place"/> moves them to
/// where they belong; disposing removes whatever was not moved.
/// </summary>
internal sealed class StagedModel : IDisposable
{
    private readonly ModelFolder _source;
    private readonly string _target;
    private readonly string _staging;
    private readonly bool _targetIsNew;
    private readonly List<string> _models = [];

    /// <param name="source">The model.</param>
    /// <param name="outFolder">Where int8 files go; null for the model's own folder.</param>
    internal StagedModel(ModelFolder source, string? outFolder)
    {
        _source = source;
        _target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(outFolder ?? source.Path));
        CheckTarget();
        _targetIsNew = !Directory.Exists(_target);
        var stage = Path.Combine(_target, "quantize");
        Leftovers.ClearBeside(stage);
        _staging = Leftovers.NewBeside(stage);
        try
        {
            Directory.CreateDirectory(Path.Combine(_staging, "onnx"));
            foreach (var file in SmallFiles())
            {
                Copy(file, Path.Combine(_staging, Path.GetFileName(file)));
            }

            Folder = ModelFolder.Open(_staging);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The copy, to be opened in int8.</summary>
    internal ModelFolder Folder { get; }

    private bool IsOtherFolder => _target != _source.Path;

    /// <summary>Where to write the int8 form of a float32 file.</summary>
    internal string FileFor(string source)
    {
        var file = Path.Combine(_staging, "onnx", Path.GetFileNameWithoutExtension(source) + QuantizedModel.Suffix + ".onnx");
        _models.Add(file);
        return file;
    }

    /// <summary>Where a staged file ends.</summary>
    internal string PlaceOf(string staged) => Path.Combine(_target, Path.GetRelativePath(_staging, staged));

    /// <summary>
    /// Moves everything into place. The lock first forgets the files about to change, and learns them at the end, so that a folder whose move
    /// was cut short is never taken for damaged; a model's outside data come before the model.
    /// </summary>
    /// <returns>The files placed.</returns>
    internal IReadOnlyList<string> Place()
    {
        string[] moved =
        [
            .. Directory.GetFiles(_staging).Where(_ => IsOtherFolder).Order(StringComparer.Ordinal),
            .. _models.Distinct().SelectMany(m => new[] { m + QuantizedModel.DataSuffix, m }).Where(File.Exists),
        ];
        string[] replaced = [.. _models.Distinct().Select(PlaceOf), .. _models.Distinct().Select(m => PlaceOf(m) + QuantizedModel.DataSuffix)];
        Directory.CreateDirectory(Path.Combine(_target, "onnx"));
        var locked = ReadLock();
        if (File.Exists(Path.Combine(_target, ModelLock.FileName)) && locked is not null)
        {
            WriteLock(locked, [], replaced);
        }

        foreach (var old in replaced)
        {
            File.Delete(old);
        }

        foreach (var file in moved)
        {
            File.Move(file, PlaceOf(file), overwrite: true);
        }

        string[] placed = [.. moved.Select(PlaceOf)];
        return locked is null ? placed : [.. placed, WriteLock(locked, placed, [])];
    }

    public void Dispose()
    {
        if (Directory.Exists(_staging))
        {
            Directory.Delete(_staging, recursive: true);
        }

        if (_targetIsNew && Directory.Exists(_target) && !Directory.EnumerateFileSystemEntries(_target).Any())
        {
            Directory.Delete(_target);
        }
    }

    /// <summary>As <see cref="File.Copy(string, string)"/>, whose exceptions name no file.</summary>
    private static void Copy(string from, string to)
    {
        using var source = RegularFile.OpenRead(from, "a file of the model");
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write);
        source.CopyTo(target);
    }

    private void CheckTarget()
    {
        var (own, other) = (Path.Combine(_source.Path, "config.json"), Path.Combine(_target, "config.json"));
        if (IsOtherFolder && File.Exists(other) && ModelHashes.Of(own) != ModelHashes.Of(other))
        {
            throw new InputException($"{_target}: holds another model (its config.json differs); expected a new folder, or one of the same model.");
        }
    }

    private IEnumerable<string> SmallFiles() => Directory.EnumerateFiles(_source.Path)
        .Where(f => Path.GetFileName(f) is var name && name != ModelLock.FileName && !name.Contains(".onnx", StringComparison.Ordinal)
            && !Leftovers.IsOurs(name) && !name.EndsWith(".safetensors", StringComparison.Ordinal)
            && RegularFile.Length(f, "a file of the model") > 0
            && !name.EndsWith(".bin", StringComparison.Ordinal));

    /// <summary>The target's lock, else the source's; null where neither has one.</summary>
    private JsonObject? ReadLock() =>
        new[] { _target, _source.Path }.Select(f => Path.Combine(f, ModelLock.FileName)).FirstOrDefault(File.Exists) is { } path
        ? JsonNode.Parse(RegularFile.ReadJson(path, "a lock").Span) as JsonObject : null;

    private string WriteLock(JsonObject locked, string[] added, string[] removed)
    {
        string Key(string file) => Path.GetRelativePath(_target, file).Replace('\\', '/');
        var files = locked["files"]!.AsObject();
        foreach (var gone in removed.Select(Key).Concat(files.Select(f => f.Key).Where(k => !File.Exists(Path.Combine(_target, k))).ToArray()))
        {
            files.Remove(gone);
        }

        foreach (var file in added.Where(f => Path.GetFileName(f) != ModelLock.CardFileName))
        {
            files[Key(file)] = ModelHashes.Of(file);
        }

        locked["files"] = new JsonObject(
            files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone())));
        var path = Path.Combine(_target, ModelLock.FileName);
        JsonStyle.Write(path, locked);
        return path;
    }
}
