using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using EmbedKit.Runtime;
using Microsoft.DotNet.Interactive;

namespace EmbedKit.Notebooks.Session;

/// <summary>Says what is wrong with a cell, in the cell's own lines.</summary>
internal static partial class ErrorReport
{
    private const int MostErrors = 10;
    private const int MostFrames = 100;
    private const int LongestMessage = 20_000;

    /// <summary>Compile errors, first to last; of many the first ten and how many more there are. What the engine itself finds wrong bears its
    /// code.</summary>
    internal static ErrorOutput Of(IReadOnlyList<Diagnostic> errors, int linesBefore)
    {
        errors = [.. errors.OrderBy(e => e.LinePositionSpan.Start.Line).ThenBy(e => e.LinePositionSpan.Start.Character)];
        var first = errors[0].LinePositionSpan.Start.Line - linesBefore + 1;
        if (errors[0].Code.StartsWith("DNI", StringComparison.Ordinal))
        {
            var known = errors[0].Code == "DNI101" ? $"; known here: {CellEngine.KnownCommands}." : "";
            return new(errors[0].Code, errors[0].Message + known, first, []);
        }

        var lines = errors.Take(MostErrors).Select(e => Text(e, linesBefore));
        return new(
            "CompilationError", string.Join('\n', errors.Count > MostErrors ? lines.Append($"and {errors.Count - MostErrors} more") : lines), first,
            []);
    }

    /// <summary>An exception of the code of the cell that was compiled under the name <paramref name="file"/>.</summary>
    internal static ErrorOutput Of(Exception error, string file)
    {
        // What a static constructor or reflection wraps says nothing by itself.
        while (error is TypeInitializationException or TargetInvocationException or AggregateException { InnerExceptions.Count: 1 }
            && error.InnerException is { } inner)
        {
            error = inner;
        }

        var line = new StackTrace(error, fNeedFileInfo: true).GetFrames()
            .FirstOrDefault(f => Path.GetFileName(f.GetFileName()) == file)?.GetFileLineNumber() ?? 0;
        return new(error.GetType().Name, Message(error), line, Trace(error));
    }

    private static string Message(Exception error)
    {
        // A disk or a right that is missing says more than its exception; a file that the cell's code looked for does not.
        var text = (error is FileNotFoundException or DirectoryNotFoundException ? null : SystemFault.Describe(error)) ?? error.Message;
        return text.Length <= LongestMessage ? text
            : text[..LongestMessage] + $" … ({NumberText.Count(text.Length - LongestMessage, "character")} more)";
    }

    private static string Text(Diagnostic error, int linesBefore)
    {
        var at = error.LinePositionSpan.Start;
        return string.Create(CultureInfo.InvariantCulture, $"({at.Line - linesBefore + 1},{at.Character + 1}): error {error.Code}: {error.Message}");
    }

    /// <summary>The frames down to the last one of a cell; below it is only the machinery that runs cells.</summary>
    private static string[] Trace(Exception error)
    {
        var frames = (error.StackTrace ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(f => f.TrimEnd('\r')).ToArray();
        var last = Array.FindLastIndex(frames, f => CellSource(f) is not null);
        string[] own = [.. frames[..(last + 1)].Where(f => !f.StartsWith("---", StringComparison.Ordinal)).Select(CellFrame)];
        return own.Length <= MostFrames ? own
            : [.. own[..(MostFrames / 2)], $"   … {own.Length - MostFrames} frames …", .. own[^(MostFrames / 2)..]];
    }

    /// <summary>The cell of a frame, for the engine a file of the working directory, as <c>cell-3:line 5</c> or <c>other.dib:line 5</c>; null when
    /// the frame is not of a cell.</summary>
    private static string? CellSource(string frame)
    {
        var at = frame.LastIndexOf(" in ", StringComparison.Ordinal);
        var source = at < 0 ? "" : Path.GetFileName(frame[(at + 4)..]);
        return source.StartsWith("cell-", StringComparison.Ordinal) || source.Contains(".dib:line", StringComparison.Ordinal) ? source : null;
    }

    private static string CellFrame(string frame) =>
        CellSource(frame) is not { } source ? Submission().Replace(frame, "")
            : frame.Contains("<<Initialize>>", StringComparison.Ordinal) ? "   at " + source
            : Submission().Replace(frame[..(frame.LastIndexOf(" in ", StringComparison.Ordinal) + 4)] + source, "");

    [GeneratedRegex(@"Submission#\d+\.")]
    private static partial Regex Submission();
}
