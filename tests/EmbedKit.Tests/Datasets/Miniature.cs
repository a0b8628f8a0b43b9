using EmbedKit.Data;
using EmbedKit.Datasets;
using EmbedKit.Runtime;
using EmbedKit.Tests.Data;

namespace EmbedKit.Tests.Datasets;

/// <summary>A data set's folder as it is distributed, in small, and where its preparation goes. Image files are empty: nothing here opens
/// them.</summary>
internal sealed class Miniature : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal string Source => Directory.CreateDirectory(_folder["source"]).FullName;

    internal string Out => _folder["out"];

    internal string Labels => Path.Combine(Out, "labels.csv");

    internal string Card => File.ReadAllText(Path.Combine(Out, "README.md"));

    internal string this[string file] => Path.Combine(Source, file);

    /// <summary>HAM10000 with its images in two parts.</summary>
    internal static Miniature Ham10000(int rows = 300)
    {
        var mini = new Miniature();
        var table = SyntheticRows.Ham10000(rows);
        mini.Write("HAM10000_metadata.csv", table);
        mini.Images(table["image_id"].Select((id, i) => $"HAM10000_images_part_{(i < rows / 2 ? 1 : 2)}/{id}.jpg"));
        return mini;
    }

    internal void Write(string file, TextTable table) => table.Write(this[file]);

    internal void Images(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
            File.WriteAllBytes(this[file], []);
        }
    }

    internal PreparationResult Prepare(string dataset, Func<PreparationOptions, PreparationOptions>? change = null)
    {
        var options = new PreparationOptions { Source = Source, Out = Out };
        return DatasetPreparation.Prepare(dataset, change?.Invoke(options) ?? options, new RandomStreams(0));
    }

    public void Dispose() => _folder.Dispose();
}
