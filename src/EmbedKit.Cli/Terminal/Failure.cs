using System.CommandLine;
using System.Reflection;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Terminal;

/// <summary>Any exception as one line and an exit code.</summary>
/// <param name="Line">What the user reads, without the program's name.</param>
/// <param name="ExitCode">What the process returns.</param>
internal sealed record Failure(string Line, int ExitCode)
{
    /// <summary>What to say of an exception.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="arguments">What the command was given: a path in it may be hidden by a missing right.</param>
    internal static Failure Of(Exception error, ParseResult arguments)
    {
        error = Unwrap(error);
        if (error is InputException)
        {
            var hidden = arguments.Tokens.Select(t => t.Value).Where(t => t.Length > 0 && error.Message.Contains(t, StringComparison.Ordinal))
                .Select(SystemFault.DescribeHidden).FirstOrDefault(line => line is not null);
            return new(OneLine(hidden ?? error.Message), Terminal.ExitCode.BadInput);
        }

        if (SystemFault.Describe(error) is { } known)
        {
            return new(OneLine(known), SystemFault.IsInput(error) ? Terminal.ExitCode.BadInput : Terminal.ExitCode.Failed);
        }

        // A network or a disk that fails is nobody's usage: the message says what to do, the exception's name adds nothing.
        return error is HttpRequestException or IOException
            ? new(OneLine(error.Message), Terminal.ExitCode.Failed)
            : new($"{error.GetType().Name}: {OneLine(error.Message)} (set EMBEDKIT_TRACE=1 for the stack trace)", Terminal.ExitCode.Failed);
    }

    /// <summary>Whether the line says it all: a stack trace is of no use even to who asks for one.</summary>
    internal static bool IsExpected(Exception error) =>
        Unwrap(error) is InputException or HttpRequestException or IOException || SystemFault.Describe(Unwrap(error)) is not null;

    /// <summary>The exception inside those that only carry one.</summary>
    private static Exception Unwrap(Exception error) => error switch
    {
        AggregateException { InnerExceptions: [var first, ..] } many =>
            Unwrap(many.InnerExceptions.FirstOrDefault(e => e is not OperationCanceledException) ?? first),
        TargetInvocationException or TypeInitializationException when error.InnerException is { } inner => Unwrap(inner),
        _ => error,
    };

    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
