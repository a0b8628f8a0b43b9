using System.Text.Json;

namespace EmbedKit.Cli.Tests.Commands;

public sealed class EmbeddingsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_published_pair_is_merged_shown_and_converted_back_and_forth()
    {
        File.WriteAllText(_folder["image.csv"], "ImageName,0,1\nb.jpg,1,2\na.jpg,-3,4e-3\n");
        File.WriteAllText(_folder["text.csv"], "image_id,embeddings\na,\"[0.1, 0.2, 0.3]\"\nb,\"[1, 2, 3]\"\n");
        File.WriteAllText(_folder["labels.csv"], "image_id,label_dx,split\na,nv,train\nb,mel,test\n");

        var merged = CommandLine.RunIn(
            _folder.Path, "embeddings", "merge", "text.csv", "image.csv", "--labels", "labels.csv", "--out", "pair.parquet");
        var info = CommandLine.RunIn(_folder.Path, "embeddings", "info", "pair.parquet", "--json");
        var converted = CommandLine.RunIn(_folder.Path, "embeddings", "convert", "pair.parquet", "--out", "pair.csv");

        Assert.Equal((0, 0, 0), (merged.ExitCode, info.ExitCode, converted.ExitCode));
        Assert.Contains("wrote pair.parquet", merged.Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse(info.LastLine).RootElement;
        Assert.Equal(
            (2, 2, 3),
            (json.GetProperty("rows").GetInt32(), json.GetProperty("image_dimension").GetInt32(), json.GetProperty("text_dimension").GetInt32()));
        Assert.Equal(1, json.GetProperty("splits").GetProperty("test").GetInt32());
        Assert.InRange(json.GetProperty("gap").GetProperty("norm").GetDouble(), 0.01, 2);
        Assert.Equal(
            "image_id,label_dx,split,image_embedding_0,image_embedding_1,text_embedding_0,text_embedding_1,text_embedding_2\n" +
            "a,nv,train,-3,0.004,0.1,0.2,0.3\nb,mel,test,1,2,1,2,3\n",
            File.ReadAllText(_folder["pair.csv"]));
    }

    [Fact]
    public void Half_precision_is_asked_for_kept_and_shown()
    {
        File.WriteAllText(_folder["a.csv"], "image_id,image_embedding_0\na,0.1\nb,3\n");

        var half = CommandLine.RunIn(_folder.Path, "embeddings", "convert", "a.csv", "--half", "--out", "half.parquet");
        var info = CommandLine.RunIn(_folder.Path, "embeddings", "info", "half.parquet");
        var back = CommandLine.RunIn(_folder.Path, "embeddings", "convert", "half.parquet", "--out", "back.csv");
        var refused = CommandLine.RunIn(_folder.Path, "embeddings", "convert", "a.csv", "--half", "--out", "half.csv");

        Assert.Equal((0, 0, 0, 2), (half.ExitCode, info.ExitCode, back.ExitCode, refused.ExitCode));
        Assert.Contains("1 wide, half precision", info.Out, StringComparison.Ordinal);
        Assert.Equal("image_id,image_embedding_0\na,0.099975586\nb,3\n", File.ReadAllText(_folder["back.csv"]));
        Assert.Contains("--half with CSV", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_are_put_below_each_other()
    {
        File.WriteAllText(_folder["1.csv"], "image_id,image_embedding_0\na,1\n");
        File.WriteAllText(_folder["2.csv"], "image_id,image_embedding_0\nb,2\n");

        Assert.Equal(0, CommandLine.RunIn(_folder.Path, "embeddings", "merge", "1.csv", "2.csv", "--out", "all.csv").ExitCode);
        Assert.Equal("image_id,image_embedding_0\na,1\nb,2\n", File.ReadAllText(_folder["all.csv"]));
    }

    [Fact]
    public void Ids_that_differ_end_with_2_one_line_and_no_file()
    {
        File.WriteAllText(_folder["image.csv"], "ImageName,0\na,1\n");
        File.WriteAllText(_folder["text.csv"], "image_id,embeddings\nx,[1]\n");
        var outcome = CommandLine.RunIn(_folder.Path, "embeddings", "merge", "image.csv", "text.csv", "--out", "pair.csv");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("1 in image.csv only (a); 1 in text.csv only (x)", outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }
}
