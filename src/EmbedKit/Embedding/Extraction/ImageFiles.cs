using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Extraction;

/// <summary>The file of each row below the image folder: <c>image_path</c> or <c>image_id</c> as it is or with an <see cref="ImageEnding"/> behind
/// it, which costs no list of the folder; else what <see cref="ImageIndex"/>, as everywhere, lets the name mean.</summary>
internal sealed class ImageFiles
{
    private static readonly string[] Endings =
        ["", .. ImageEnding.All, .. ImageEnding.All.Select(e => e.ToUpperInvariant()), .. ImageEnding.All.Select(Capitalised)];
    private readonly LabelledDataset _dataset;
    private readonly string _folder;
    private readonly int _first;

    /// <summary>Of each row the number of what is put behind its path; −1: there is no such file.</summary>
    private readonly sbyte[] _endings;

    /// <summary>Files that bear the row's name only loosely, by row: few, or the folder was renamed as a whole.</summary>
    private readonly Dictionary<int, string> _loose = [];

    /// <summary>Looks for the files of a range of rows.</summary>
    /// <exception cref="InputException">No such folder, an id that leads out of it, or one that could mean several files.</exception>
    internal ImageFiles(LabelledDataset dataset, string folder, int first, int count)
    {
        (_dataset, _folder, _first, _endings) = (dataset, folder, first, new sbyte[count]);
        if (!Directory.Exists(folder))
        {
            throw new InputException($"{folder}: {BrokenLink.Describe(folder) ?? "no such folder"}; expected the images of {dataset.Table.Source}.");
        }

        Lazy<ImageIndex> index = new(() => new(folder, ["."]));
        using var state = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < count; i++)
        {
            var (row, id) = (first + i, dataset.ImagePaths[first + i]);
            var path = ContainedPath.Join(folder, id) ?? throw new InputException(
                $"{dataset.Table.Source} row {dataset.Table.FileRow(row)}: "
                    + $"{(id == dataset.Ids[row] ? LabelledDataset.IdColumn : LabelledDataset.PathColumn)} '{id}' leads out of the image folder; "
                    + $"expected a file name, or a path below {folder}.");
            _endings[i] = (sbyte)Array.FindIndex(Endings, e => File.Exists(path + e));
            if (_endings[i] < 0 && index.Value.Find(id, $"{dataset.Table.Source} row {dataset.Table.FileRow(row)}") is { } loose)
            {
                _loose[row] = Path.Combine(folder, loose);
            }

            var file = Of(row) is { } found ? new FileInfo(found) : null;
            state.AppendData(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{id}\n{_endings[i]} {file?.Length} {file?.LastWriteTimeUtc.Ticks}\n")));
        }

        State = Convert.ToHexStringLower(state.GetHashAndReset());
    }

    /// <summary>Hash of which files there are, their lengths and times of change: differs when images were exchanged.</summary>
    internal string State { get; }

    /// <summary>Rows whose name differs from their file's by more than a missing ending.</summary>
    internal int LooseMatches => _loose.Count;

    /// <summary>The path of a row's image, or null where there is no file.</summary>
    internal string? Of(int row) => _endings[row - _first] is >= 0 and var ending
        ? ContainedPath.Join(_folder, _dataset.ImagePaths[row])! + Endings[ending] : _loose.GetValueOrDefault(row);

    private static string Capitalised(string ending) => $".{char.ToUpperInvariant(ending[1])}{ending[2..]}";
}
