using System.Security.Cryptography;
using System.Text.Json;
using EmbedKit.Demo.Training;
using EmbedKit.Embedding.Images;
using EmbedKit.Runtime;
using EmbedKit.Tokenizers;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace EmbedKit.Demo.Tests.Training;

[Trait("Tier", "slow")]
public sealed class EncoderTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    // One thread each: tests run side by side.
    static EncoderTrainingTests() => torch.set_num_threads(1);

    public static TheoryData<string> Names => [.. EncoderTraining.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_trains_the_same_bytes_and_another_seed_others(string name)
    {
        var (first, again, other) = (Train(name, 1, "first"), Train(name, 1, "again"), Train(name, 2, "other"));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Contains("models.lock.json", first.Keys);
        Assert.Contains("not for medical use", File.ReadAllText(Path.Combine(_folder, "first", "README.md")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_name_that_is_no_model_is_refused_and_writes_nothing()
    {
        using var training = new EncoderTraining(new(), new RandomStreams(0));
        var target = Path.Combine(_folder, "x");

        Assert.Contains("tiny-clip", Assert.Throws<InputException>(() => training.Train("tiny-bert", target)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public void An_interrupted_training_leaves_the_old_folder_alone()
    {
        using var interrupted = new CancellationTokenSource();
        using var training = new EncoderTraining(
            new() { RowsPerDataset = 60, MaxSteps = 3 }, new RandomStreams(0), new CancelAtFirstStep(interrupted), interrupted.Token);
        var target = Path.Combine(_folder, "old");
        Directory.CreateDirectory(target);
        File.WriteAllText(Path.Combine(target, "kept.txt"), "kept");

        Assert.Throws<OperationCanceledException>(() => training.Train("tiny-llama", target));
        Assert.Equal("kept", File.ReadAllText(Path.Combine(target, "kept.txt")));
        Assert.Equal([target], Directory.GetDirectories(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Dictionary<string, string> Train(string name, long seed, string folder)
    {
        var target = Path.Combine(_folder, folder);
        using (var training = new EncoderTraining(new() { RowsPerDataset = 60, MaxSteps = 3 }, new RandomStreams(seed)))
        {
            training.Train(name, target);
        }

        return ModelFolder.Hashes(target);
    }

    private sealed class CancelAtFirstStep(CancellationTokenSource source) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            if (value.Stage.EndsWith("steps", StringComparison.Ordinal))
            {
                source.Cancel();
            }
        }
    }
}

/// <summary>The folders committed under data/models.</summary>
public class CommittedModelTests
{
    private static readonly string Root = Path.Combine(RepositoryFolder.Find("data"), "models");

    public static TheoryData<string> Names => [.. EncoderTraining.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_file_has_the_hash_in_the_lock_and_no_file_is_unlocked(string name)
    {
        var folder = Path.Combine(Root, name);
        var hashes = ModelFolder.Hashes(folder);
        hashes.Remove("models.lock.json");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "models.lock.json")));

        Assert.Equal(hashes, json.RootElement.GetProperty("files").EnumerateObject().ToDictionary(f => f.Name, f => f.Value.GetString()!));
    }

    [Fact]
    public void Together_they_stay_below_10_MB() =>
        Assert.InRange(Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length), 1, 10_000_000);

    [Fact]
    public void Their_configs_tell_the_shape_of_what_ONNX_Runtime_computes()
    {
        Assert.Equal(Number("tiny-clip", "projection_dim"), Width("tiny-clip", "onnx/vision_model.onnx", "image_embeds"));
        Assert.Equal(Number("tiny-clip", "projection_dim"), Width("tiny-clip", "onnx/text_model.onnx", "text_embeds"));
        Assert.Equal(Number("tiny-dino", "hidden_size"), Width("tiny-dino", "onnx/model.onnx", "last_hidden_state"));
        Assert.Equal(Number("tiny-llama", "hidden_size"), Width("tiny-llama", "onnx/model.onnx", "last_hidden_state"));
        Assert.Equal(Number("tiny-llama", "vocab_size"), TokenizerFolder.Read(Path.Combine(Root, "tiny-llama")).VocabularySize);
        Assert.Equal((64, 64), PreprocessorConfig.Read(Path.Combine(Root, "tiny-dino")).OutputSize);
    }

    private static int Number(string name, string key)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, name, "config.json")));
        return json.RootElement.GetProperty(key).GetInt32();
    }

    private static int Width(string name, string file, string output)
    {
        using var session = new InferenceSession(Path.Combine(Root, name, file));
        return session.OutputMetadata[output].Dimensions[^1];
    }
}

internal static class ModelFolder
{
    /// <summary>SHA-256 of every file but the card, by relative path.</summary>
    internal static Dictionary<string, string> Hashes(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(p => Path.GetRelativePath(folder, p).Replace('\\', '/'), p => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(p))))
        .Where(p => p.Key != "README.md").ToDictionary();
}
