using System.Collections.Concurrent;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Terminal;

/// <summary>Makes verbs that share one behaviour: progress, Ctrl-C, one-line errors, exit codes, the list of files at the end, <c>--json</c>.</summary>
internal static class Verb
{
    private static readonly JsonSerializerOptions JsonStyle = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
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

        command.SetAction((arguments, cancellation) => Task.Run(() => Execute(arguments, run, cancellation), CancellationToken.None));
        return command;
    }

    /// <summary>Parses and runs; usage errors print one line each and give <see cref="ExitCode.BadInput"/>.</summary>
    /// <param name="root">The root command.</param>
    /// <param name="arguments">The process's arguments.</param>
    internal static int Run(this RootCommand root, string[] arguments)
    {
        Console.SetOut(new VisibleText(Console.Out));
        Console.SetError(new VisibleText(Console.Error));
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            // An unknown verb is also a missing verb; one line about it is enough.
            foreach (var error in parsed.Errors.Where(e => parsed.UnmatchedTokens.Count == 0 || !e.Message.StartsWith("Required command", StringComparison.Ordinal)))
            {
                Console.Error.WriteLine($"embedkit: {error.Message}");
            }

            var path = string.Join(' ', Ancestors(parsed.CommandResult).Reverse());
            Console.Error.WriteLine($"See 'embedkit {path}{(path.Length > 0 ? " " : "")}--help'.");
            return ExitCode.BadInput;
        }

        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static IEnumerable<string> Ancestors(SymbolResult? result)
    {
        for (; result is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } command; result = result.Parent)
        {
            yield return command.Command.Name;
        }
    }

    private static int Execute(ParseResult arguments, Func<CommandContext, CommandResult> run, CancellationToken cancellation)
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
            var result = run(new(arguments, progress, json ? TextWriter.Null : Console.Out, cancellation));
            progress.Finish();
            if (json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(result.Json ?? new { result.Files }, JsonStyle));
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
            Console.Error.WriteLine("embedkit: interrupted; what was finished is kept. Run the same command again to go on.");
            return ExitCode.Interrupted;
        }
        catch (InputException error)
        {
            progress.Finish();
            Console.Error.WriteLine($"embedkit: {error.Message}");
            return ExitCode.BadInput;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // A network or a disk that fails is nobody's usage: the message says what to do, the exception's name adds nothing.
            progress.Finish();
            Console.Error.WriteLine($"embedkit: {error.Message}");
            return ExitCode.Failed;
        }
        catch (Exception error) when (Environment.GetEnvironmentVariable("EMBEDKIT_TRACE") is null or "")
        {
            progress.Finish();
            Console.Error.WriteLine($"embedkit: {error.GetType().Name}: {error.Message} (set EMBEDKIT_TRACE=1 for the stack trace)");
            return ExitCode.Failed;
        }
    }
}
