using System.Diagnostics;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Tests;

/// <summary>The <c>embedkit</c> script in a small clone, with a <c>dotnet</c> that writes down what it is asked.</summary>
public sealed class ScriptTests : IDisposable
{
    private const string Nobody = "65534";

    private const string Dotnet = """
        #!/usr/bin/env bash
        if [ "$1" = build ]; then
          for argument in "$@"; do case $argument in -p:ArtifactsPath=*) place=${argument#*=} ;; esac; done
          mkdir -p "$place/bin/EmbedKit.Cli/release" && echo built > "$place/bin/EmbedKit.Cli/release/EmbedKit.Cli.dll" && echo "$*" >> "$place/builds"
        else
          echo "ran $1 with ${*:2} for $EMBEDKIT_CLONE"
        fi
        """;

    private readonly TemporaryFolder _folder = new();

    public ScriptTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for Linux and macOS.");
        Run("chmod", "a+rwx", _folder.Path);
        Directory.CreateDirectory(_folder["path"]);
        File.WriteAllText(_folder["path/dotnet"], Dotnet);
        Run("chmod", "a+x", _folder["path/dotnet"]);
    }

    public void Dispose()
    {
        Run("chmod", "-R", "u+w", _folder.Path);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with blanks – größe 漢")]
    public void It_builds_once_and_runs_with_the_arguments_as_they_are(string name)
    {
        var clone = Clone(name);
        var first = Embedkit(clone, [], "a b", "*");
        Assert.Equal((0, $"ran {clone}/artifacts/bin/EmbedKit.Cli/release/EmbedKit.Cli.dll with a b * for {clone}\n"), (first.ExitCode, first.Out));
        Assert.Equal("", Embedkit(clone, []).Error);
        Assert.Single(Builds(clone, "artifacts"));
        File.SetLastWriteTimeUtc(Path.Combine(clone, "src/page.css"), DateTime.UtcNow.AddMinutes(1));
        Embedkit(clone, []);
        Assert.Equal(2, Builds(clone, "artifacts").Length);
    }

    [Fact]
    public void A_copied_clone_runs_its_own_library()
    {
        var old = Clone("old");
        Embedkit(old, []);
        Run("cp", "-a", old, _folder["new"]);
        Directory.Delete(old, recursive: true);
        Assert.StartsWith($"ran {_folder["new"]}/artifacts/", Embedkit(_folder["new"], []).Out, StringComparison.Ordinal);
        Assert.Single(Builds(_folder["new"], "artifacts"));
    }

    [Fact]
    public void Build_outputs_link_to_packages_and_to_nothing_else()
    {
        string?[] links = [.. Directory.GetFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories).Select(f => new FileInfo(f).LinkTarget)];
        Assert.DoesNotContain(links, target => target?.Contains("/artifacts/", StringComparison.Ordinal) == true);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Builds on Windows copy.");
        Assert.True(
            links.Any(target => target?.Contains("libtorch_cpu", StringComparison.Ordinal) == true),
            "libtorch is a copy, perhaps of an earlier build; expected a link: delete artifacts/ and build again.");
    }

    [Fact]
    public void Libraries_that_have_gone_are_linked_anew()
    {
        var clone = Clone("clone");
        Embedkit(clone, []);
        File.CreateSymbolicLink(Path.Combine(clone, "artifacts/bin/EmbedKit.Cli/release/libgone.so"), _folder["gone.so"]);
        Assert.Equal(0, Embedkit(clone, []).ExitCode);
        Assert.Equal(2, Builds(clone, "artifacts").Length);
        Assert.False(new FileInfo(Path.Combine(clone, "artifacts/bin/EmbedKit.Cli/release/libgone.so")).LinkTarget is not null);
    }

    [Fact]
    public void A_link_to_the_script_leads_to_its_clone()
    {
        var clone = Clone("clone");
        Directory.CreateDirectory(_folder["bin"]);
        File.CreateSymbolicLink(_folder["bin/inner"], "../clone/embedkit");
        File.CreateSymbolicLink(_folder["bin/embedkit"], "inner");
        Assert.EndsWith(
            $"for {clone}\n", Run(new() { WorkingDirectory = _folder.Path }, [], "bash", _folder["bin/embedkit"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_accelerators_stand_side_by_side()
    {
        var clone = Clone("clone");
        Embedkit(clone, []);
        Assert.StartsWith($"ran {clone}/artifacts/cuda/bin/", Embedkit(clone, [("EMBEDKIT_ACCELERATOR", "cuda")]).Out, StringComparison.Ordinal);
        Assert.StartsWith($"ran {clone}/artifacts/bin/", Embedkit(clone, []).Out, StringComparison.Ordinal);
        Assert.EndsWith("-p:Accelerator=cpu", Assert.Single(Builds(clone, "artifacts")), StringComparison.Ordinal);
        Assert.EndsWith("-p:Accelerator=cuda", Assert.Single(Builds(clone, "artifacts/cuda")), StringComparison.Ordinal);
        Assert.Equal(
            (2, "embedkit: EMBEDKIT_ACCELERATOR is 'tpu'; expected cpu or cuda.\n"), Failure(Embedkit(clone, [("EMBEDKIT_ACCELERATOR", "tpu")])));
    }

    [Fact]
    public void Without_home_or_temporary_folder_it_says_so_at_most()
    {
        var clone = Clone("clone");
        foreach (var home in new[] { null, _folder["missing"] })
        {
            var outcome = Embedkit(clone, [("HOME", home), ("TMPDIR", _folder["missing"])]);
            Assert.Equal(0, outcome.ExitCode);
            Assert.Contains($"embedkit: TMPDIR is {_folder["missing"]}: no such folder; /tmp is used.\n", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_working_folder_that_was_removed_is_said_and_one_that_may_not_be_entered_does_not_matter()
    {
        var clone = Clone("clone");
        Embedkit(clone, []);
        Run("chmod", "-R", "a+rX", clone);
        var gone = In($"mkdir gone; cd gone; rmdir ../gone; bash '{clone}/embedkit'");
        Assert.Equal(2, gone.ExitCode);
        Assert.EndsWith(
            "embedkit: the working folder has been removed; expected one that exists. Change to another, and run the same command again.\n",
            gone.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("chdir", gone.Error, StringComparison.Ordinal);

        var closed = In($"mkdir closed; cd closed; chmod 000 .; bash '{clone}/embedkit' a; code=$?; chmod 700 \"$OLDPWD/closed\"; exit $code");
        Assert.Equal((0, ""), Failure(closed));
        Assert.EndsWith($"with a for {clone}\n", closed.Out, StringComparison.Ordinal);

        CommandLine.Outcome In(string script) => Run(
            new() { WorkingDirectory = _folder.Path }, [],
            [.. Environment.IsPrivilegedProcess ? (string[])["setpriv", "--reuid", Nobody, "--clear-groups"] : [], "bash", "-c", script]);
    }

    [Fact]
    public void A_cache_folder_that_is_no_absolute_path_is_none()
    {
        var clone = Clone("clone");
        Run("chmod", "-R", "a-w", clone);
        var outcome = AsNobody(clone, _folder["nobody"], ("XDG_CACHE_HOME", "cache"));
        Assert.StartsWith($"ran {_folder["nobody"]}/.cache/embedkit/", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_home_to_build_into_it_is_home_that_is_named()
    {
        var clone = Clone("clone");
        Run("chmod", "-R", "a-w", clone);
        var outcome = AsNobody(clone, _folder["nobody"], ("HOME", null));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("since HOME is not set. Set HOME or XDG_CACHE_HOME", Assert.Single(outcome.Error.Trim().Split('\n')));
    }

    [Fact]
    public void Another_user_runs_what_is_built_and_builds_into_a_folder_of_their_own()
    {
        var clone = Clone("clone");
        Embedkit(clone, []);
        Run("chmod", "-R", "a-w", clone);
        Assert.StartsWith($"ran {clone}/artifacts/", AsNobody(clone, _folder["nobody"]).Out, StringComparison.Ordinal);

        Run("chmod", "-R", "u+w", clone);
        File.Delete(Path.Combine(clone, "artifacts/.embedkit-built"));
        Run("chmod", "-R", "a-w", clone);
        var own = AsNobody(clone, _folder["nobody"]);
        Assert.StartsWith($"ran {_folder["nobody"]}/.cache/embedkit/", own.Out, StringComparison.Ordinal);
        Assert.EndsWith($"for {clone}\n", own.Out, StringComparison.Ordinal);
        var failure = Failure(AsNobody(clone, "/proc"));
        Assert.Equal(
            (2, $"embedkit: {clone}: not built for you, and neither it nor /proc/.cache/embedkit/"),
            (failure.Code, failure.Line.Split(" cannot", 2)[0][..(failure.Line.IndexOf("embedkit/", StringComparison.Ordinal) + 9)]));
        Assert.Single(failure.Line.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("a;b")]
    [InlineData("a'b")]
    [InlineData("a$b")]
    public void A_path_that_the_build_cannot_take_is_named(string name) =>
        Assert.Contains("a character in it that .NET's build tools cannot take", Embedkit(Clone(name), []).Error, StringComparison.Ordinal);

    private static (int Code, string Line) Failure(CommandLine.Outcome outcome) => (outcome.ExitCode, outcome.Error);

    private string Clone(string name)
    {
        var clone = _folder[name];
        foreach (var folder in new[] { "src", "data/prompts" })
        {
            Directory.CreateDirectory(Path.Combine(clone, folder));
        }

        File.Copy(Path.Combine(RepositoryFolder.Find("."), "embedkit"), Path.Combine(clone, "embedkit"));
        foreach (var file in new[] { "src/page.css", "Directory.Build.props", "global.json", "EmbedKit.sln" })
        {
            File.WriteAllText(Path.Combine(clone, file), "");
        }

        return clone;
    }

    private static string[] Builds(string clone, string place) => File.ReadAllLines(Path.Combine(clone, place, "builds"));

    private CommandLine.Outcome Embedkit(string clone, (string, string?)[] environment, params string[] arguments) =>
        Run(new() { WorkingDirectory = _folder.Path }, environment, ["bash", Path.Combine(clone, "embedkit"), .. arguments]);

    /// <summary>As a user who owns nothing there: where the tests run as root, as nobody.</summary>
    private CommandLine.Outcome AsNobody(string clone, string home, params (string, string?)[] environment)
    {
        Directory.CreateDirectory(home);
        string[] command = ["bash", Path.Combine(clone, "embedkit")];
        if (Environment.IsPrivilegedProcess)
        {
            Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "no setpriv; install it with: apt-get install util-linux");
            if (home != "/proc")
            {
                Run("chown", Nobody, home);
            }

            command = ["setpriv", "--reuid", Nobody, "--clear-groups", .. command];
        }

        return Run(new() { WorkingDirectory = _folder.Path }, [("HOME", home), .. environment], command);
    }

    private void Run(params string[] command) => Assert.Equal(0, Run(new(), [], command).ExitCode);

    private CommandLine.Outcome Run(ProcessStartInfo start, (string Name, string? Value)[] environment, params string[] command)
    {
        (start.FileName, start.RedirectStandardOutput, start.RedirectStandardError) = (command[0], true, true);
        foreach (var argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PATH"] = $"{_folder["path"]}:{Environment.GetEnvironmentVariable("PATH")}";
        foreach (var name in new[] { "XDG_CACHE_HOME", "EMBEDKIT_ACCELERATOR", RepositoryFolder.Variable })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return CommandLine.Wait(Process.Start(start)!, command);
    }
}
