using BenchmarkDotNet.Attributes;
using EmbedKit.Data;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Benchmarks;

/// <summary>Reading 10,015 × 1,024 float32 embeddings (HAM10000's rows, CLIP's two widths) from CSV in the published layout and from
/// Parquet.</summary>
public class StorageBenchmark
{
    private const int Rows = 10_015;
    private const int Width = 512;
    private readonly string _folder = Directory.CreateTempSubdirectory("embedkit-benchmark-").FullName;

    private string Csv => Path.Combine(_folder, "set.csv");

    private string Parquet => Path.Combine(_folder, "set.parquet");

    /// <summary>Writes both files.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new SeededRandom(1);
        EmbeddingMatrix Draw() => new(Rows, Width, [.. Enumerable.Range(0, Rows * Width).Select(_ => (float)random.NextGaussian())]);
        var set = new EmbeddingSet(new(["image_id"], [[.. Enumerable.Range(0, Rows).Select(i => $"row{i}")]]), Draw(), Draw());
        EmbeddingFile.Write(Csv, set);
        EmbeddingFile.Write(Parquet, set);
    }

    /// <summary>Removes them.</summary>
    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    /// <summary>The published layout.</summary>
    [Benchmark(Baseline = true)]
    public EmbeddingSet ReadCsv() => EmbeddingFile.Read(Csv);

    /// <summary>The kit's own.</summary>
    [Benchmark]
    public EmbeddingSet ReadParquet() => EmbeddingFile.Read(Parquet);
}
