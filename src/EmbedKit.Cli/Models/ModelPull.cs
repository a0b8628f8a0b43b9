using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>What a pull did.</summary>
/// <param name="Source">Where the files came from.</param>
/// <param name="Fetched">Relative paths that were downloaded.</param>
/// <param name="Kept">Relative paths that were there already, hashed and found right.</param>
internal sealed record PullResult(ModelSource Source, IReadOnlyList<string> Fetched, IReadOnlyList<string> Kept);

/// <summary>
/// Pulls a model into its folder. Each file takes its name only when its hash is right, and the lock grows with each, so that a pull that
/// was killed goes on where it was.
/// </summary>
/// <param name="hub">The hub.</param>
/// <param name="progress">Told of megabytes.</param>
internal sealed class ModelPull(HubClient hub, IProgress<JobProgress>? progress = null)
{
    private const long Megabyte = 1_000_000;
    private const long Reserve = 64 * Megabyte;

    /// <summary>Free bytes on the disk of a folder; a test's disk may be small.</summary>
    internal Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Opens a part file to append to.</summary>
    internal Func<string, Stream> OpenPart { get; init; } = path => new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, 1 << 17);

    /// <summary>Pulls.</summary>
    /// <param name="repository">Owner and name.</param>
    /// <param name="revision">Branch, tag or commit.</param>
    /// <param name="precision">Of the ONNX files.</param>
    /// <param name="folder">The model folder: new, empty, or of an earlier pull of the same repository.</param>
    /// <param name="cancellation">Ends it; what is there stays.</param>
    internal async Task<PullResult> RunAsync(
        string repository, string revision, ModelPrecision precision, string folder, CancellationToken cancellation)
    {
        CheckOwner(folder, repository);
        var model = await hub.DescribeAsync(repository, revision, cancellation).ConfigureAwait(false);
        var source = new ModelSource(hub.Options.Address.AbsoluteUri.TrimEnd('/'), repository, revision, model.Commit, model.Licence);
        var chosen = FileSelection.Choose(model, precision);
        var locked = Unchanged(folder, model, chosen);
        Directory.CreateDirectory(folder);
        var (missing, kept) = (new List<HubFile>(), new List<string>());
        foreach (var file in chosen)
        {
            var target = Path.Combine([folder, .. file.Path.Split('/')]);
            if (File.Exists(target) && new FileInfo(target).Length == file.Size && file.Hash.Of(target, cancellation) is var (sha256, hash)
                && hash == file.Hash)
            {
                locked[file.Path] = sha256;
                kept.Add(file.Path);
            }
            else
            {
                locked.Remove(file.Path);
                missing.Add(file);
            }
        }

        CheckSpace(folder, missing);
        ModelLock.Write(folder, locked, source);
        await FetchAsync(model, missing, folder, locked, source, cancellation).ConfigureAwait(false);
        return new(source, [.. missing.Select(f => f.Path)], kept);
    }

    private async Task FetchAsync(
        HubModel model, List<HubFile> missing, string folder, Dictionary<string, string> locked, ModelSource source, CancellationToken cancellation)
    {
        var download = new FileDownload(hub, OpenPart);
        var total = Math.Max(1, (missing.Sum(f => f.Size) + Megabyte - 1) / Megabyte);
        long before = 0;
        foreach (var file in missing)
        {
            var target = Path.Combine([folder, .. file.Path.Split('/')]);
            void Report(long have, string? note = null) => progress?.Report(new("fetching (MB)", (before + have) / Megabyte, total, note));
            try
            {
                locked[file.Path] = await download.RunAsync(model, file, target, have => Report(have), cancellation).ConfigureAwait(false);
                ModelLock.Write(folder, locked, source);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                var line = SystemFault.Describe(error, target)
                    ?? $"{target}: cannot be written ({error.Message}); make room, then run the same command again.";
                throw new IOException($"{line} What was fetched stays.", error);
            }

            before += file.Size;
            Report(0, $"{file.Path}: {file.Size:N0} bytes, {file.Hash} as the hub says");
        }
    }

    /// <summary>Refuses folders that hold something else.</summary>
    private static void CheckOwner(string folder, string repository)
    {
        if (!OutputPath.IsFree(folder) && ModelLock.ReadSource(folder) is null)
        {
            throw new InputException(
                $"{folder}: holds files that were not pulled; expected a new or empty folder, or one of an earlier pull. Name another --out.");
        }

        if (ModelLock.ReadSource(folder) is { } there && there.Repository != repository)
        {
            throw new InputException($"{folder}: holds {there.Repository}, not {repository}; expected the same model. Name another --out.");
        }
    }

    /// <summary>The lock's entries, once it is sure that they belong to this commit too.</summary>
    private static Dictionary<string, string> Unchanged(string folder, HubModel model, IReadOnlyList<HubFile> chosen)
    {
        if (ModelLock.ReadSource(folder) is not { } source)
        {
            return new(StringComparer.Ordinal);
        }

        var locked = ModelLock.ReadFiles(folder)!.ToDictionary(StringComparer.Ordinal);
        var other = source.Commit == model.Commit ? null
            : locked.Keys.FirstOrDefault(path => !chosen.Any(f => f.Path == path)
                && !model.Files.Any(f => f.Path == path && f.Hash.Hex == locked[path]));
        return other is null
            ? locked
            : throw new InputException(
                $"{folder}: holds {other} of commit {source.Commit[..12]}, which commit {model.Commit[..12]} lacks or has otherwise; expected one "
                    + $"commit's files. Name another --out, or remove that file and its line in {ModelLock.FileName}.");
    }

    private void CheckSpace(string folder, List<HubFile> missing)
    {
        var parts = missing.Select(f => FileDownload.PartOf(Path.Combine([folder, .. f.Path.Split('/')]), f)).Where(File.Exists)
            .Sum(p => new FileInfo(p).Length);
        var (needed, free) = (missing.Sum(f => f.Size) - parts, FreeBytes(Path.GetFullPath(folder)));
        if (needed > 0 && needed + Reserve > free)
        {
            throw new InputException(
                $"{folder}: {free / Megabyte:N0} MB free; expected {(needed + Reserve) / Megabyte:N0} MB for "
                    + $"{NumberText.Count(missing.Count, "file")}. Make room, or "
                    + "name another --out.");
        }
    }
}
