using System.Text;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Execution;
using EmbedKit.Notebooks.Kernel;
using EmbedKit.Notebooks.Session;
using EmbedKit.Runtime;

namespace EmbedKit.Notebooks.Tests.Dib;

/// <summary>Files and messages from strangers, mutated with a fixed seed: whatever is wrong with them, it is told in one line or shown on a
/// page.</summary>
[Trait("Tier", "slow")]
public sealed class NotebookFileFuzzTests : IDisposable
{
    private const string Dib =
        "#!meta\n\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[{\"aliases\":[\"c#\"],\"name\":\"csharp\"}]}}\n\n"
        + "#!markdown\n\n# Title\n\n> a *quote* [link](x) | a | b |\n|:--|--:|\n| 1 | 2 |\n\n```csharp\nvar x = "
        + "1;\n```\n\n<details>x</details>\n\n#!csharp\n\nvar a = $\"{1}\";\na\n";

    private const string Connection =
        "{\"transport\":\"tcp\",\"ip\":\"127.0.0.1\",\"key\":\"k\",\"signature_scheme\":\"hmac-sha256\",\"shell_port\":50001,\"control_port\":50002,"
        + "\"iopub_port\":50003,\"stdin_port\":50004,\"hb_port\":50005}";

    private static readonly string[] Tokens =
        ["#!meta", "#!csharp\n", "#!", "{", "}", "[", "]", "\"", "\\ud800", "\\u0000", ":", ",", "null", "1e999", "-1", "99999999999", ">", "|", "`",
            "*", "<!--", "\n", "\r", "\0", "\uFEFF"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_mutated_dib_is_read_and_written_as_a_page_or_refused_in_one_line() => Each(Dib, 2000, text =>
    {
        var notebook = DibParser.Parse(text, "n.dib");
        ExecutedNotebook executed = new("n", [.. notebook.Cells.Select(c => new ExecutedCell(c, null, []))], null);
        Assert.StartsWith("<!DOCTYPE html>", HtmlWriter.ToText(executed, new()), StringComparison.Ordinal);
        Assert.NotEmpty(IpynbWriter.ToText(executed));
        Assert.NotEmpty(DibWriter.ToText(notebook));
    });

    [Fact]
    public void A_mutated_ipynb_is_read_or_refused_in_one_line() =>
        Each(IpynbWriter.ToText(DibParser.Parse(Dib)), 2000, text => Assert.NotNull(IpynbReader.Read(_folder.File("n.ipynb", text + " ")).Cells));

    [Fact]
    public void A_mutated_connection_file_is_read_or_refused_in_one_line() =>
        Each(Connection, 2000, text => Assert.InRange(ConnectionFile.Read(_folder.File("c.json", text + " ")).Heartbeat, 1, 65535));

    [Fact]
    public void A_mutated_kernel_message_is_understood_or_dropped() => Each(
        "{\"msg_id\":\"1\",\"msg_type\":\"execute_request\",\"code\":\"1\",\"silent\":false,\"metadata\":{\"cellId\":\"a\"},\"cursor_pos\":3}", 2000,
        text =>
    {
        var json = Encoding.UTF8.GetBytes(text);
        byte[][] parts = [json, json, json, json];
        byte[][] frames = ["<IDS|MSG>"u8.ToArray(), Encoding.ASCII.GetBytes(JupyterMessage.Sign(parts, [1])), .. parts];
        if (JupyterMessage.Read(frames, [1]) is { } message)
        {
            Assert.NotNull(
                JupyterMessage.Text(message.Content, "code") + message.Type + JupyterMessage.Number(message.Content, "cursor_pos")
                    + JupyterMessage.Flag(message.Content, "silent", true));
            Assert.NotEmpty(message.Answer("x", []).ToFrames([1]));
        }
    });

    [Theory]
    [InlineData(">", 100_000)]
    [InlineData("[", 50_000)]
    [InlineData("*a_", 20_000)]
    [InlineData("![a](", 20_000)]
    [InlineData("- ", 20_000)]
    [InlineData("a", 300_000)]
    public void Markdown_that_nests_without_end_is_shown_as_it_stands_and_earlier_cells_are_kept(string piece, int times)
    {
        var text = string.Concat(Enumerable.Repeat(piece, times));
        var executed = NotebookRunner.Run(
            _folder.File("n.dib", $"#!csharp\nConsole.WriteLine(\"kept\");\n#!markdown\n{text}"), new(), null, TestContext.Current.CancellationToken);
        Assert.Null(executed.Failure);
        var page = HtmlWriter.ToText(executed, new());
        Assert.Contains("kept", page, StringComparison.Ordinal);
        Assert.InRange(page.Length, 1, 5_000_000);
    }

    [Fact]
    public void Code_that_nests_without_end_is_refused_and_earlier_cells_are_kept()
    {
        var code = "var x = " + new string('(', 20_000) + "1" + new string(')', 20_000) + ";";
        var executed = NotebookRunner.Run(
            _folder.File("n.dib", $"#!csharp\nConsole.WriteLine(\"kept\");\n#!csharp\n{code}"), new(), null, TestContext.Current.CancellationToken);
        Assert.Contains("levels deep", executed.Failure!.ToString(), StringComparison.Ordinal);
        Assert.Equal(new StreamOutput("stdout", "kept\n"), executed.Cells[0].Outputs[0]);
        Assert.Contains("kept", HtmlWriter.ToText(executed, new()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"defaultKernelName\":\"csharp\"}}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("[]")]
    public void Metadata_that_is_no_sound_object_is_refused_with_its_line(string meta) => Assert.Contains(
        "n.dib line", Assert.Throws<InputException>(() => DibParser.Parse($"#!meta\n\n{meta}\n\n#!csharp\n1", "n.dib")).Message,
        StringComparison.Ordinal);

    /// <summary>Runs an action on mutations; it may refuse one by an <see cref="InputException"/> of one line, and by nothing else.</summary>
    private static void Each(string valid, int times, Action<string> action)
    {
        var random = new Random(9);
        for (var i = 0; i < times; i++)
        {
            var text = new StringBuilder(valid);
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                var length = Math.Min(random.Next(1, 12), text.Length - at);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, length);
                        break;
                    case 1:
                        text.Insert(at, Tokens[random.Next(Tokens.Length)]);
                        break;
                    case 2:
                        text.Insert(random.Next(text.Length), text.ToString(at, length));
                        break;
                    default:
                        text[at] = (char)random.Next(0x20, 0x100);
                        break;
                }
            }

            try
            {
                action(text.ToString());
            }
            catch (InputException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"mutation {i} left {error.GetType().Name}: {error.Message}\n{text}");
            }
        }
    }
}
