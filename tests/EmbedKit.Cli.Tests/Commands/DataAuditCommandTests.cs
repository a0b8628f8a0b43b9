using System.Text.Json;

namespace EmbedKit.Cli.Tests.Commands;

[Trait("Tier", "slow")]
public sealed class DataAuditCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Demo_data_as_published_leak_and_without_leaks_pass_and_what_is_allowed_passes_too()
    {
        Assert.Equal(0, CommandLine.Run("data", "demo", "--out", _folder["demo"], "--size", "700").ExitCode);
        var labels = Path.Combine(_folder["demo"], "dermatoscopy", "labels.csv");
        var images = Path.Combine(_folder["demo"], "dermatoscopy", "images");

        var clean = CommandLine.Run("data", "audit", labels, "--images", images);
        Assert.Equal(0, clean.ExitCode);
        Assert.Contains("no leak found", clean.Out);

        string[] published = ["data", "audit", labels, "--images", images, "--text", "text_published", "--split", "split_published"];
        var leaking = CommandLine.Run([.. published, "--out", _folder["audit"], "--json"]);
        Assert.Equal(3, leaking.ExitCode);
        using var json = JsonDocument.Parse(leaking.LastLine);
        var root = json.RootElement;
        Assert.Equal(700, root.GetProperty("rows").GetInt32());
        Assert.InRange(root.GetProperty("test_rows_sharing_group_with_train").GetInt32(), 20, 100);
        var leaks = root.GetProperty("leaks").EnumerateArray().ToDictionary(l => l.GetProperty("kind").GetString()!);
        Assert.Equal(["group", "text"], leaks.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("dx_type", leaks["text"].GetProperty("field").GetString());
        Assert.True(leaks["text"].GetProperty("auc").GetDouble() > leaks["text"].GetProperty("baseline").GetDouble() + 0.1);
        Assert.True(leaks["text"].GetProperty("rows").GetInt32() > 0);
        Assert.NotEqual("", leaks["text"].GetProperty("explanation").GetString());
        Assert.Equal(
            JsonSerializer.Serialize(root),
            JsonSerializer.Serialize(JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder["audit"], "audit.json"))).RootElement));
        Assert.Contains("Leakage audit of labels.csv", File.ReadAllText(Path.Combine(_folder["audit"], "index.html")));

        Assert.Equal(3, CommandLine.Run([.. published, "--allow", "group"]).ExitCode);
        Assert.Equal(0, CommandLine.Run([.. published, "--allow", "group", "--allow", "text"]).ExitCode);
    }

    [Fact]
    public void A_copied_picture_is_shown_with_its_twin_a_broken_one_is_counted_and_what_data_say_is_escaped()
    {
        Assert.Equal(0, CommandLine.Run("data", "demo", "--out", _folder["demo"], "--size", "140").ExitCode);
        var images = Path.Combine(_folder["demo"], "general", "images");
        var lines = File.ReadAllLines(Path.Combine(_folder["demo"], "general", "labels.csv"));
        lines[0] = lines[0].Replace("label_scene", "label_<b>scene", StringComparison.Ordinal);
        File.WriteAllLines(_folder["labels.csv"], lines);
        string Image(string side) => Path.Combine(images, lines.Skip(1).First(l => l.Contains($",{side},", StringComparison.Ordinal)).Split(',')[0]);
        File.Copy(Image("train,train"), Image("test,test"), overwrite: true);
        File.WriteAllBytes(Directory.GetFiles(images).Order(StringComparer.Ordinal).Last(), [1, 2, 3]);

        var outcome = CommandLine.Run("data", "audit", _folder["labels.csv"], "--images", images, "--out", _folder["audit"]);
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("LEAK duplicate: Pictures of training rows are also those of 1 of", outcome.Out);
        Assert.Contains("1 image left out, cannot be read", outcome.Out);
        var page = File.ReadAllText(Path.Combine(_folder["audit"], "index.html"));
        Assert.Equal(2, page.Split("data:image/jpeg;base64,").Length - 1);
        Assert.DoesNotContain("<b>scene", page);
        Assert.Contains("label_&lt;b&gt;scene", page);
    }

    [Theory]
    [InlineData("there is no.csv", "no such file")]
    [InlineData("--allow", "no kind of leak 'everything'")]
    [InlineData("--label", "no column 'dx'; did you mean dy")]
    public void Bad_input_is_one_line(string what, string message)
    {
        File.WriteAllText(_folder["t.csv"], "id;label;dy\na;1;x\nb;0;y\n");
        var outcome = CommandLine.Run(what switch
        {
            "--allow" => ["data", "audit", _folder["t.csv"], "--allow", "everything"],
            "--label" => ["data", "audit", _folder["t.csv"], "--label", "dx"],
            _ => ["data", "audit", _folder[what]],
        });
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(message, Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')));
    }
}
