using System.Text.Json;
using EmbedKit.Data;
using EmbedKit.Storage;
using EmbedKit.Tests.Embedding;
using EmbedKit.Tests.Embedding.Extraction;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class EmbedCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MiniDataset _data;

    public EmbedCommandTests()
    {
        _data = new(_folder.Path);
        TinyModels.WriteClip(_folder["clip"]);
        TinyModels.WriteDino(_folder["dino"]);
        TinyModels.WriteLlama(_folder["llama"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_CLIP_model_embeds_both_modalities_alike_in_either_format()
    {
        var parquet = Embed("clip", "a/clip.parquet", "--json");
        Assert.Equal((0, ""), (parquet.ExitCode, parquet.ExitCode == 0 ? "" : parquet.Error));
        var json = JsonDocument.Parse(parquet.LastLine).RootElement;
        Assert.Equal(
            (12, 48, 0),
            (json.GetProperty("rows").GetInt32(), json.GetProperty("image_dimension").GetInt32(), json.GetProperty("skipped").GetInt32()));
        var csv = Embed("clip", "clip.csv", "--batch", "1", "--threads", "1");
        Assert.Contains($"wrote {_folder["clip.csv"]}", csv.Out, StringComparison.Ordinal);
        var (one, other) = (EmbeddingFile.Read(_folder["a/clip.parquet"]), EmbeddingFile.Read(_folder["clip.csv"]));
        Assert.Equal(_data.Ids, one.Ids);
        Assert.Equal(one.Image!.Values, other.Image!.Values);
        Assert.Equal(one.Text!.Values, other.Text!.Values);
        Assert.Equal("clip", one.Provenance["text_model"]);

        Assert.Equal(0, Embed("clip", "half.parquet", "--half").ExitCode);
        var half = EmbeddingFile.Read(_folder["half.parquet"]);
        Assert.True(half.Image!.IsHalf);
        Assert.Equal(one.Image.Values.Select(v => (float)(Half)v), half.Image.Values);
        Assert.Equal(one.Text.Values.Select(v => (float)(Half)v), half.Text!.Values);
    }

    [Fact]
    public void Two_models_embed_one_modality_each()
    {
        var outcome = Embed("dino", "both.parquet", "--text-model", _folder["llama"]);
        Assert.Equal(0, outcome.ExitCode);
        var set = EmbeddingFile.Read(_folder["both.parquet"]);
        Assert.Equal((12, 2, "llama"), (set.Image!.Dimension, set.Text!.Dimension, set.Provenance["text_model"]));
    }

    [Fact]
    public void A_skipped_image_is_counted_and_listed_and_ends_the_run_only_when_asked()
    {
        File.WriteAllText(_data.ImageOf(5), "no image");
        var failed = Embed("clip", "out.parquet", "--fail-fast");
        Assert.Equal(2, failed.ExitCode);
        Assert.Contains("embedkit: labels.csv row 7 (i5): i5.png: not a readable image", failed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.parquet"]));
        var outcome = Embed("clip", "out.parquet");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("1 image skipped", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(["i5"], TextTable.Read(_folder["skipped.csv"])["image_id"]);
        Assert.Equal(11, EmbeddingFile.Read(_folder["out.parquet"]).Count);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.partial"));
    }

    [Fact]
    public void Shards_merge_into_the_file_of_one_run()
    {
        Assert.Equal(0, Embed("clip", "whole.parquet").ExitCode);
        foreach (var shard in new[] { "1/3", "2/3", "3/3" })
        {
            Assert.Equal(0, Embed("clip", $"part{shard[0]}.parquet", "--shard", shard, "--threads", "1").ExitCode);
        }

        string[] merge = ["embeddings", "merge", _folder["part3.parquet"], _folder["part1.parquet"], "--out", _folder["merged.parquet"]];
        Assert.Contains("expected each of 1/3 to 3/3 once", CommandLine.Run(merge).Error, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run([.. merge, _folder["part2.parquet"]]).ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["whole.parquet"]), File.ReadAllBytes(_folder["merged.parquet"]));
    }

    [Theory]
    [InlineData("clip", "out.txt", "expected .parquet or .csv")]
    [InlineData("clop", "out.csv", "clop: no such folder")]
    [InlineData("clip", "out.csv", "no column 'labl_x'; did you mean label_x", "--label", "labl_x")]
    [InlineData("clip", "out.csv", "no column 'texts'", "--text-column", "texts")]
    [InlineData("clip", "out.csv", "batch size is 0", "--batch", "0")]
    [InlineData("clip", "out.csv", "model_type 'dinov2' does not embed text", "--text-model", "{dino}")]
    public void Bad_input_is_one_line_and_leaves_nothing(string model, string output, string expected, params string[] more)
    {
        var outcome = Embed(model, output, [.. more.Select(m => m == "{dino}" ? WithTokenizer() : m)]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.False(File.Exists(_folder[output]));
    }

    private string WithTokenizer()
    {
        EmbedKit.Tokenizers.Tests.TinyTokenizers.WriteBert(_folder["dino"]);
        return _folder["dino"];
    }

    private CommandLine.Outcome Embed(string model, string output, params string[] more) => CommandLine.Run(
        ["embed", "--labels", _data.Labels, "--images", _data.Images, "--model", _folder[model], "--out", _folder[output], .. more]);
}
