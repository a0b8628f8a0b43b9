using System.CommandLine;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Terminal;

/// <summary><c>--out</c> of every verb that has one: <see cref="Verb"/> checks the place and holds it before the work begins, and until it ends.</summary>
internal sealed class OutputOption : Option<string>
{
    private readonly bool _isFolder;
    private readonly Func<ParseResult, string?> _place;

    private OutputOption(string description, bool isFolder, Func<ParseResult, string?>? place)
        : base("--out") => (_isFolder, _place, Description) = (isFolder, place ?? (arguments => arguments.GetValue(this)), description);

    /// <summary>One file to write.</summary>
    internal static OutputOption File(string description) => new(description, isFolder: false, null) { Required = true };

    /// <summary>A folder to write into.</summary>
    internal static OutputOption Folder(string description) => new(description, isFolder: true, null) { Required = true };

    /// <summary>A folder that need not be named.</summary>
    /// <param name="description">The help text.</param>
    /// <param name="place">Where results go then; null, or a function that gives null, for nowhere.</param>
    internal static OutputOption OptionalFolder(string description, Func<ParseResult, string?>? place = null) => new(description, isFolder: true, place);

    /// <summary>Takes the place for this process; null where nothing is written.</summary>
    internal OutputLock? Hold(ParseResult arguments) => _place(arguments) is { } path
        ? OutputLock.Hold(path, _isFolder, $"embedkit {string.Join(' ', Environment.GetCommandLineArgs().Skip(1))}")
        : null;
}
