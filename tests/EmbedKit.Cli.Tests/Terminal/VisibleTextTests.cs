using EmbedKit.Cli.Terminal;
using EmbedKit.Cli.Tests.Models;
using EmbedKit.Tests.Runtime;

namespace EmbedKit.Cli.Tests.Terminal;

public sealed class VisibleTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain – größe 漢 👩‍⚕️ é\tx\n", "plain – größe 漢 👩‍⚕️ é\tx\n")]
    [InlineData("a\u001b[2Jb", "a\ufffd[2Jb")]
    [InlineData("a\u001b]0;title\u0007b", "a\ufffd]0;title\ufffdb")]
    [InlineData("a\u009b2Jb\u007f\0\b", "a\ufffd2Jb\ufffd\ufffd\ufffd")]
    [InlineData("a\rb", "a\ufffdb")]
    [InlineData("exe\u202egpj", "exe\ufffdgpj")]
    [InlineData("\u2066x\u2069\u2028y", "\ufffdx\ufffd\ufffdy")]
    public void Control_characters_become_visible(string text, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A carriage return ends lines there.");
        using var inner = new StringWriter();
        using var writer = new VisibleText(inner);
        writer.Write(text);
        writer.Write("{0}", text);
        writer.Write(text.ToCharArray());
        foreach (var c in text)
        {
            writer.Write(c);
        }

        writer.Write(text.AsSpan());
        writer.WriteLine(text);
        Assert.Equal(string.Concat(Enumerable.Repeat(expected, 6)) + "\n", inner.ToString());
    }

    [Fact]
    public void The_progress_bar_clears_its_line_and_data_cannot()
    {
        using var inner = new StringWriter();
        using var writer = new VisibleText(inner);
        using (var progress = new ProgressDisplay(writer, TimeProvider.System, live: true))
        {
            progress.Report(new("images", 1, 2));
            progress.Report(new("", 0, 0, "\r\u001b[Knote"));
        }

        Assert.StartsWith("\r\u001b[Kimages [", inner.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, inner.ToString().Count(c => c == '\u001b'));
    }

    [Fact]
    public void What_a_hub_an_endpoint_or_a_file_says_reaches_no_terminal_raw()
    {
        using var hub = new LocalHub();
        hub.Misbehave = r => r.Target.StartsWith("/api/", StringComparison.Ordinal)
            ? new(
                200,
                $$"""{"sha": "{{LocalHub.Commit}}", "cardData": {"license": "mit\u001b[2J\u202e"}, "siblings": [{"rfilename": "config.json", "size": 1, "blobId": "\u001b]0;x"}]}""")
            : null;
        AssertVisible("models", "pull", LocalHub.Repository, "--hub", hub.Address.AbsoluteUri, "--out", _folder["model"]);
        AssertVisible("embeddings", "info", "no\u001b[31mfile\u009b.parquet");
        AssertVisible("no\u001b[31mverb");
        using var server = new LocalServer(_ => new(400, "{\"error\": {\"message\": \"\\u001b[2Jred\\u009b\"}}"));
        Directory.CreateDirectory(_folder["images"]);
        File.WriteAllText(_folder["labels.csv"], "image_id,text,label_x\na\u001b[2J,t,1\n");
        AssertVisible(
            "embed", "--labels", _folder["labels.csv"], "--images", _folder["images"], "--model", "tiny-clip", "--text-model",
            $"{server.Address}v1#m", "--out", _folder["x.parquet"]);
    }

    private static void AssertVisible(params string[] arguments)
    {
        var outcome = CommandLine.Run(arguments);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("\ufffd", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(outcome.Out + outcome.Error, c => (char.IsControl(c) && c is not ('\n' or '\t')) || c == '\u202e');
    }
}
