using System.CommandLine;
using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Terminal;

/// <summary>What a verb gets to run with.</summary>
/// <param name="Arguments">The parsed options.</param>
/// <param name="Progress">Where to report progress.</param>
/// <param name="Out">Where results for people go; silent under <c>--json</c>.</param>
/// <param name="Cancellation">Set by Ctrl-C.</param>
internal sealed record CommandContext(ParseResult Arguments, IProgress<JobProgress> Progress, TextWriter Out, CancellationToken Cancellation)
{
    /// <summary>The root seed, from <c>--seed</c>.</summary>
    internal RandomStreams Random => new(Arguments.GetValue(CommonOptions.Seed));

    /// <summary>Tells of a network that fails and is tried again.</summary>
    internal void TellOfWait(string failure, TimeSpan wait) =>
        Progress.Report(new("", 0, 0, string.Create(CultureInfo.InvariantCulture, $"{failure} Trying again in {wait.TotalSeconds:0} s.")));

    /// <summary>Threads to use, from <c>--threads</c>.</summary>
    internal int Threads => Arguments.GetValue(CommonOptions.Threads);
}

/// <summary>How a verb ended.</summary>
/// <param name="Files">The files it wrote, named to the user at the end.</param>
/// <param name="Json">The object printed as the last line under <c>--json</c>; null prints the files only.</param>
/// <param name="ExitCode">The process's exit code.</param>
internal sealed record CommandResult(IReadOnlyList<string> Files, object? Json = null, int ExitCode = ExitCode.Done);
