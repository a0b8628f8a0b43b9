using System.Collections.Concurrent;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Terminal;

/// <summary>Makes verbs that share one behaviour: progress, Ctrl-C, one-line errors, exit codes, the list of files at the end,
/// <c>--json</c>.</summary>
internal static class Verb
{
    private static readonly JsonSerializerOptions Line = new(JsonStyle.Compact)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Makes a verb.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">Its help text.</param>
    /// <param name="symbols">Its own options and arguments, in the order help shows them; --seed, --threads and --json are added.</param>
    /// <param name="run">The job. Throw <see cref="InputException"/> for bad input.</param>
    internal static Command Create(string name, string description, IEnumerable<Symbol> symbols, Func<CommandContext, CommandResult> run)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols.Concat([CommonOptions.Seed, CommonOptions.Threads, CommonOptions.Json]))
        {
            if (symbol is Option option)
            {
                command.Options.Add(option);
            }
            else
            {
                command.Arguments.Add((Argument)symbol);
            }
        }

        var output = command.Options.OfType<OutputOption>().SingleOrDefault();
        command.SetAction((arguments, cancellation) => Task.Run(() => Execute(arguments, output, run, cancellation), CancellationToken.None));
        return command;
    }

    /// <summary>Parses and runs; usage errors print one line each and give <see cref="ExitCode.BadInput"/>.</summary>
    /// <param name="root">The root command.</param>
    /// <param name="arguments">The process's arguments.</param>
    internal static int Run(this RootCommand root, string[] arguments)
    {
        // A file that grows past the session's limit ends the write with an error, and not the process with a signal.
        const int FileSizeExceeded = 25;
        using var limit = OperatingSystem.IsWindows() ? null
            : PosixSignalRegistration.Create((PosixSignal)FileSizeExceeded, signal => signal.Cancel = true);
        SafeWriter output = new(() => StandardWriter(Console.OpenStandardOutput())), error = new(() => StandardWriter(Console.OpenStandardError()));
        Console.SetOut(new VisibleText(output));
        Console.SetError(new VisibleText(error));
        var code = HasWorkingFolder() ? Parse(root, arguments) : ExitCode.BadInput;
        if (output.Failure is null || code != ExitCode.Done)
        {
            return code;
        }

        Console.Error.WriteLine($"embedkit: standard output cannot be written ({output.Failure}); files were written all the same.");
        return ExitCode.Failed;
    }

    /// <summary>Whether relative paths lead anywhere: the folder that a shell is in may have been removed.</summary>
    private static bool HasWorkingFolder()
    {
        try
        {
            return Environment.CurrentDirectory.Length > 0;
        }
        catch (IOException)
        {
            Console.Error.WriteLine(
                "embedkit: the working folder has been removed; expected one that exists. Change to another, and run the same command again.");
            return false;
        }
    }

    private static StreamWriter StandardWriter(Stream stream) => new(stream, new UTF8Encoding(false)) { AutoFlush = true };

    private static int Parse(RootCommand root, string[] arguments)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            // An unknown verb is also a missing verb; one line about it is enough.
            foreach (var error in parsed.Errors.Where(e => parsed.UnmatchedTokens.Count == 0
                || !e.Message.StartsWith("Required command", StringComparison.Ordinal)))
            {
                Console.Error.WriteLine($"embedkit: {error.Message}");
            }

            var path = string.Join(' ', Ancestors(parsed.CommandResult).Reverse());
            Console.Error.WriteLine($"See 'embedkit {path}{(path.Length > 0 ? " " : "")}--help'.");
            return ExitCode.BadInput;
        }

        using var interruption = Interruption.OfSignals();
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return interruption.Run(cancellation => parsed.InvokeAsync(configuration, cancellation), Console.Error);
    }

    private static IEnumerable<string> Ancestors(SymbolResult? result)
    {
        for (; result is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } command; result = result.Parent)
        {
            yield return command.Command.Name;
        }
    }

    private static int Execute(ParseResult arguments, OutputOption? output, Func<CommandContext, CommandResult> run, CancellationToken cancellation)
    {
        var json = arguments.GetValue(CommonOptions.Json);
        using var progress = new ProgressDisplay(Console.Error, TimeProvider.System, live: !Console.IsErrorRedirected && !json);
        var said = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        InputNotes.Listen(note =>
        {
            if (said.TryAdd(note, true))
            {
                Console.Error.WriteLine(note);
            }
        });
        try
        {
            using var held = output?.Hold(arguments);
            var result = run(new(arguments, progress, json ? TextWriter.Null : Console.Out, cancellation));
            progress.Finish();
            if (json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(result.Json ?? new { result.Files }, Line));
            }
            else
            {
                foreach (var file in result.Files)
                {
                    Console.Out.WriteLine($"wrote {file}");
                }
            }

            return result.ExitCode;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            progress.Finish();
            Console.Error.WriteLine(Interruption.Ended);
            return ExitCode.Interrupted;
        }
        catch (Exception error) when (Failure.IsExpected(error) || Environment.GetEnvironmentVariable("EMBEDKIT_TRACE") is null or "")
        {
            progress.Finish();
            var failure = Failure.Of(error, arguments);
            Console.Error.WriteLine($"embedkit: {failure.Line}");
            return failure.ExitCode;
        }
    }
}
