using System.Text.Json;
using EmbedKit.Tests.Embedding;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public class DataPrepareCommandTests
{
    [Fact]
    public void A_data_set_that_is_not_there_exits_2_and_says_where_to_apply()
    {
        using var folder = new TemporaryFolder();
        var outcome = CommandLine.Run("data", "prepare", "brset", "--source", folder["nowhere"], "--out", folder["out"]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("physionet.org/content/brazilian-ophthalmological", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("labels_brset.csv", outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Prepared_rows_are_embedded_from_where_their_images_lie()
    {
        using var folder = new TemporaryFolder();
        TinyModels.WriteClip(folder["clip"]);
        Assert.Equal(0, CommandLine.Run("data", "demo", "--size", "140", "--out", folder["demo"]).ExitCode);
        Directory.CreateDirectory(folder["source/HAM10000_images_part_1"]);
        Directory.CreateDirectory(folder["source/HAM10000_images_part_2"]);
        var images = Directory.GetFiles(folder["demo/dermatoscopy/images"]).Order(StringComparer.Ordinal).Take(24).ToArray();
        var rows = new List<string> { "lesion_id,image_id,dx,dx_type,age,sex,localization,dataset" };
        for (var i = 0; i < images.Length; i++)
        {
            File.Copy(images[i], folder[$"source/HAM10000_images_part_{1 + (i % 2)}/ISIC_{i:0000000}.jpg"]);
            rows.Add($"HAM_{i:0000000},ISIC_{i:0000000},{(i % 3 == 0 ? "mel" : "nv")},histo,{30 + i}.0,male,back,vidir_modern");
        }

        File.WriteAllLines(folder["source/HAM10000_metadata.csv"], rows);
        var prepared = CommandLine.Run("data", "prepare", "ham10000", "--source", folder["source"], "--out", folder["out"], "--json");
        Assert.Equal("", prepared.Error);
        Assert.Equal(24, JsonDocument.Parse(prepared.LastLine).RootElement.GetProperty("rows").GetInt32());

        var embedded = CommandLine.Run(
            "embed", "--labels", folder["out/labels.csv"], "--images", folder["source"], "--model", folder["clip"], "--out", folder["e.csv"]);
        Assert.True(embedded.ExitCode == 0, embedded.Error);
        Assert.Equal(25, File.ReadLines(folder["e.csv"]).Count());
    }
}
