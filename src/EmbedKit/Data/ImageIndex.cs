using EmbedKit.Runtime;

namespace EmbedKit.Data;

/// <summary>
/// The image files of a source by name. A row's name need not match to the letter: ending, case and leading zeros (which spreadsheets drop)
/// may differ, as long as exactly one file is meant.
/// </summary>
public sealed class ImageIndex
{
    private readonly Dictionary<string, string> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _loose = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];

    /// <summary>Looks through the folders that are there, and what is below them.</summary>
    public ImageIndex(string root, IEnumerable<string> folders)
    {
        foreach (var folder in folders.Where(f => Directory.Exists(Path.Combine(root, f))))
        {
            FoldersFound++;
            foreach (var path in Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories).Where(ImageEnding.Has)
                .Order(StringComparer.Ordinal))
            {
                Add(Path.GetRelativePath(root, path).Replace('\\', '/'), Path.GetRelativePath(Path.Combine(root, folder), path).Replace('\\', '/'));
            }
        }
    }

    /// <summary>How many of the folders were there.</summary>
    public int FoldersFound { get; private set; }

    /// <summary>Rows whose name differed from the file's by more than a missing ending.</summary>
    public int LooseMatches { get; private set; }

    /// <summary>Files that no row asked for, relative to the source.</summary>
    public IEnumerable<string> Unused => _files.Where(f => !_used.Contains(f));

    /// <summary>The file of a name, relative to the source with / between folders; null when there is none.</summary>
    /// <exception cref="InputException">Several files could be meant.</exception>
    public string? Find(string name, string where)
    {
        if (_exact.TryGetValue(name, out var file))
        {
            _used.Add(file);
            return file;
        }

        if (!_loose.TryGetValue(LooseId.Key(name), out var candidates))
        {
            return null;
        }

        if (candidates.Count > 1 && candidates.Where(c => Path.GetFileName(c).Equals(name, StringComparison.OrdinalIgnoreCase)).ToList() is [var one])
        {
            candidates = [one];
        }

        if (candidates.Count > 1)
        {
            throw new InputException(
                $"{where}: image '{name}' could be {string.Join(" or ", candidates.Take(3))}; expected one file, or the exact name.");
        }

        LooseMatches++;
        _used.Add(candidates[0]);
        return candidates[0];
    }

    /// <summary>What is said where files were found so.</summary>
    /// <param name="looseMatches">How many, at least one.</param>
    public static string Note(int looseMatches) =>
        $"{NumberText.Count(looseMatches, "image name matches its file", "image names match their files")} only without regard to ending, case or "
            + "leading zeros.";

    /// <summary>A file is found by its path below its folder and by its bare name, with and without ending; of two alike, the first
    /// folder's.</summary>
    private void Add(string file, string below)
    {
        _files.Add(file);
        foreach (var name in (string[])[file, below, Path.GetFileName(below)])
        {
            _exact.TryAdd(name, file);
            _exact.TryAdd(ImageEnding.Without(name), file);
        }

        foreach (var key in new[] { below, Path.GetFileName(below) }.Select(LooseId.Key).Distinct(StringComparer.Ordinal))
        {
            if (!_loose.TryGetValue(key, out var files))
            {
                _loose[key] = files = [];
            }

            files.Add(file);
        }
    }
}
