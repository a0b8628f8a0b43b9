using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EmbedKit.Cli.Commands;
using EmbedKit.Cli.Terminal;

namespace EmbedKit.Cli.Tests.Terminal;

/// <summary>What every verb promises about its outputs: places checked and held, kills and full disks survived, one line for each fault.</summary>
[Trait("Tier", "slow")]
public sealed class OutputTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "EmbedKit.Cli.dll");
    private readonly TemporaryFolder _folder = new();

    public OutputTests()
    {
        string[] lines =
        [
            "image_id,label_x,split,image_embedding_0,image_embedding_1,text_embedding_0,text_embedding_1",
            .. Enumerable.Range(0, 120).Select(i => string.Create(
                CultureInfo.InvariantCulture,
                $"i{i},{i % 2},{(i % 5) switch { 3 => "val", 4 => "test", _ => "train" }},{(i % 7) + 1},{(i % 2) + 0.5},{(i % 3) + 1},"
                    + $"{(i % 11) + 1}")),
        ];
        File.WriteAllLines(_folder["e.csv"], lines);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_out_option_is_checked_and_held()
    {
        Command[] roots =
        [
            ReproduceCommand.Create(), DataCommand.Create(), ModelsCommand.Create(), EmbedCommand.Create(), NotebookCommand.Create(),
            KernelCommand.Create(),
            EmbeddingsCommand.Create(), AlignCommand.Create(), EvaluateCommand.Create(), TrainCommand.Create(), PredictCommand.Create(),
            SweepCommand.Create(),
        ];
        static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
        var options = roots.SelectMany(All).SelectMany(c => c.Options).Where(o => o.Name == "--out").ToArray();
        Assert.True(options.Length >= 17);
        Assert.All(options, o => Assert.IsType<OutputOption>(o));
    }

    [Fact]
    public void A_second_job_on_one_output_learns_who_holds_it_and_after_a_kill_the_same_command_ends_clean()
    {
        string[] Sweep(string output, int epochs = 20_000) =>
            ["sweep", "--embeddings", "e.csv", "--seeds", "2", "--epochs", $"{epochs}", "--lambda", "0,1", "--out", output];
        File.CreateSymbolicLink(_folder["link.csv"], "out/s.csv");
        using (var first = CommandLine.Start(_folder.Path, Sweep("out/s.csv")))
        {
            while (!File.Exists(_folder["out/s.timing.json.running"]) && !first.HasExited)
            {
                Thread.Sleep(20);
            }

            foreach (var arguments in (string[][])[Sweep("link.csv"),
                ["align", "--embeddings", "e.csv", "--lambda", "1", "--out", "./out/../out/s.csv"]])
            {
                var second = CommandLine.RunIn(_folder.Path, arguments);
                Assert.Equal(2, second.ExitCode);
                Assert.Contains($"process {first.Id} has been writing there since", second.Error, StringComparison.Ordinal);
                Assert.Contains("embedkit sweep --embeddings e.csv", second.Error, StringComparison.Ordinal);
                Assert.Single(second.Error.Trim().Split('\n'));
            }

            foreach (var (arguments, where) in ((string[], string)[])
                [
                    (["align", "--embeddings", "e.csv", "--lambda", "1", "--out", "out/s.predictions.parquet"], "there"),
                    (["align", "--embeddings", "e.csv", "--lambda", "1", "--out", "out/s.csv.journal"], "there"),
                    (["sweep", "--embeddings", "e.csv", "--out", "out/s.table"], "there"),
                    (["data", "split", "e.csv", "--by", "row", "--out", "out"], $"in {_folder["out/s."]}"),
                ])
            {
                var second = CommandLine.RunIn(_folder.Path, arguments);
                Assert.Equal(2, second.ExitCode);
                Assert.Contains($"process {first.Id} has been writing {where}", second.Error, StringComparison.Ordinal);
            }

            first.Kill();
            first.WaitForExit();
        }

        File.WriteAllText(_folder[$"out/s.csv.999999999-{Guid.NewGuid():N}.partial"], "half");
        File.Delete(_folder["out/s.csv.journal"]);
        var again = CommandLine.RunIn(_folder.Path, Sweep("out/s.csv", epochs: 1));
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.DoesNotContain(
            Directory.GetFiles(_folder["out"]), f => f.Contains(".running", StringComparison.Ordinal)
                || f.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("data split e.csv --by row --label label_x --out out")]
    [InlineData("data split e.csv --by row --label label_x --folds 3 --repeats 2 --out out")]
    [InlineData("align --embeddings e.csv --lambda 1 --out out/a.parquet")]
    public void After_a_signal_at_any_moment_what_is_there_is_whole_and_the_same_command_gives_the_same(string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent by kill.");
        var arguments = command.Split(' ');
        Assert.Equal(0, CommandLine.RunIn(_folder.Path, arguments).ExitCode);
        var whole = Contents();
        Assert.NotEmpty(whole);
        foreach (var (signal, code, wait) in ((string, int, int)[])[("-INT", 130, 0), ("-KILL", 137, 0), ("-INT", 130, 150), ("-KILL", 137, 150)])
        {
            Directory.Delete(_folder["out"], recursive: true);
            var process = CommandLine.Start(_folder.Path, arguments);
            Assert.True(SpinWait.SpinUntil(() => process.HasExited || IsHeld(), TimeSpan.FromMinutes(2)));
            Thread.Sleep(wait);
            using (var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                kill.WaitForExit();
            }

            Assert.Contains(CommandLine.Wait(process, arguments).ExitCode, (int[])[0, code]);
            Assert.All(Contents(), file => Assert.Equal(whole[file.Key], file.Value));

            var again = CommandLine.RunIn(_folder.Path, arguments);
            Assert.True(again.ExitCode == 0, again.Error);
            Assert.Equal(whole, Contents());
            Assert.DoesNotContain(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories), IsOurs);
        }

        bool IsHeld() => Directory.GetFiles(_folder.Path, "*.running", SearchOption.AllDirectories).Length > 0;
        static bool IsOurs(string file) => file.Contains(".running", StringComparison.Ordinal) || file.EndsWith(".partial", StringComparison.Ordinal);
        Dictionary<string, string> Contents() => !Directory.Exists(_folder["out"]) ? []
            : Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories).Where(f => !IsOurs(f))
                .ToDictionary(f => f, f => Convert.ToHexString(File.ReadAllBytes(f)));
    }

    [Fact]
    public void A_second_training_of_the_tiny_models_learns_who_holds_the_folder()
    {
        string[] train = ["models", "train", "--only", "tiny-clip", "--out", "m"];
        using var first = CommandLine.Start(_folder.Path, train);
        CommandLine.Outcome second;
        try
        {
            Assert.True(
                SpinWait.SpinUntil(() => first.HasExited || File.Exists(_folder["m/tiny-clip/embedkit.running"]), TimeSpan.FromMinutes(2)));
            second = CommandLine.RunIn(_folder.Path, train);
        }
        finally
        {
            first.Kill();
            first.WaitForExit();
        }

        Assert.Equal(2, second.ExitCode);
        Assert.Contains($"process {first.Id} has been writing there since", Assert.Single(second.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.Contains("embedkit models train --only tiny-clip", second.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embeddings info e.csv > /dev/full", 1, "no space left")]
    [InlineData("embeddings info e.csv 1< /dev/null", 1, "it is closed")]
    [InlineData("embeddings info e.csv > /dev/full 2> /dev/full", 1, null)]
    [InlineData("embeddings info missing.csv 2> /dev/full", 2, null)]
    [InlineData("align --embeddings e.csv --lambda 1 --out a.csv > /dev/full", 1, "files were written all the same")]
    [InlineData("--help | head -n 1", 0, null)]
    public void Streams_that_cannot_be_written_end_in_a_line_and_a_code(string command, int code, string? line)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        var outcome = Shell($"set -o pipefail; dotnet '{Program}' {command}");
        Assert.Equal(code, outcome.ExitCode);
        Assert.Contains(line ?? "", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(line is null ? 0 : 1, outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(command.Contains("a.csv", StringComparison.Ordinal), File.Exists(_folder["a.csv"]));
    }

    [Fact]
    public void A_working_folder_that_was_removed_is_one_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems keep a folder in use");
        var outcome = Shell($"mkdir gone; cd gone; rmdir ../gone; dotnet '{Program}' data audit ../e.csv");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(
            "embedkit: the working folder has been removed; expected one that exists. Change to another, and run the same command again.",
            outcome.Error.Trim());
    }

    [Fact]
    public void A_file_that_grows_past_the_limit_is_one_line_and_nothing_is_left()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ulimit -f counts so on Linux");
        var outcome = Shell(
            $"ulimit -f 4; export DOTNET_EnableWriteXorExecute=0; dotnet '{Program}' align --embeddings e.csv --lambda 1 --out a.csv");
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("embedkit: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("ulimit -f", outcome.Error, StringComparison.Ordinal);
        Assert.Equal([_folder["e.csv"]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_limit_that_a_native_writer_meets_is_the_same_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ulimit -f counts so on Linux");
        string[] columns = [.. Enumerable.Range(0, 64).Select(i => FormattableString.Invariant($"image_embedding_{i}"))];
        File.WriteAllLines(
            _folder["wide.csv"],
            [
                $"image_id,label_x,{string.Join(',', columns)}",
                .. Enumerable.Range(0, 2000).Select(r => FormattableString.Invariant(
                    $"i{r},{r % 2},{string.Join(',', columns.Select((_, i) => ((r * 64) + i + 1).ToString(CultureInfo.InvariantCulture)))}")),
            ]);
        var outcome = Shell(
            $"ulimit -f 200; export DOTNET_EnableWriteXorExecute=0; dotnet '{Program}' embeddings convert wide.csv --out wide.parquet");
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith(
            $"embedkit: {_folder["wide.parquet"]}: grows larger than", Assert.Single(outcome.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "wide.parquet*"));
    }

    [Fact]
    public void A_page_that_cannot_be_written_leaves_the_tables_of_the_page_that_is_there()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ulimit -f counts so on Linux");
        Assert.Equal(0, Shell($"dotnet '{Program}' data audit e.csv --out a").ExitCode);
        var before = Directory.GetFiles(_folder["a"]).ToDictionary(f => f, File.ReadAllText);
        Assert.Equal(2, before.Count);

        // Room for the tables, which would be others now, and not for the page.
        var outcome = Shell(
            $"head -n 100 e.csv > f.csv; ulimit -f 400; export DOTNET_EnableWriteXorExecute=0; dotnet '{Program}' data audit f.csv --out a");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("index.html: grows larger than", Assert.Single(outcome.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(_folder["a"]).ToDictionary(f => f, File.ReadAllText));
    }

    [Theory]
    [InlineData("align --embeddings e.csv --lambda 1 --out closed/a.csv", "write into", "'w'")]
    [InlineData("train --embeddings e.csv --epochs 1 --out closed/m", "write into", "'w'")]
    [InlineData("embeddings info hidden/e.csv", "enter", "'x'")]
    [InlineData("data split hidden/e.csv --out s", "enter", "'x'")]
    [InlineData("reproduce --quick --dataset hidden --out r", "enter", "'x'")]
    [InlineData("data split secret.csv --out s", "read", "'r'")]
    public void A_missing_right_is_one_line_that_names_place_and_right(string command, string act, string right)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "rights of this kind are Linux's");
        Assert.SkipWhen(Environment.UserName == "root" && !File.Exists("/usr/bin/setpriv"), "root needs setpriv: apt-get install util-linux");
        var drop = Environment.UserName == "root"
            ? "setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search " : "";
        var outcome = Shell(
            $"mkdir closed hidden; cp e.csv hidden; cp e.csv secret.csv; chmod 555 closed; chmod 600 hidden; chmod 000 secret.csv; {drop}dotnet "
                + $"'{Program}' {command}; code=$?; chmod 755 closed hidden; exit $code");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains($"may not {act} ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"expected the right {right}", outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.Trim().Split('\n'));
    }

    private CommandLine.Outcome Shell(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return CommandLine.Wait(Process.Start(start)!, script);
    }
}
