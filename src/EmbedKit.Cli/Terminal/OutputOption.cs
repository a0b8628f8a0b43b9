using System.CommandLine;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Terminal;

/// <summary><c>--out</c> of every verb that has one: <see cref="Verb"/> checks what will be written and holds it before the work begins, and until it
/// ends.</summary>
internal sealed class OutputOption : Option<string>
{
    private readonly Func<ParseResult, IEnumerable<OutputPlace>> _places;

    private OutputOption(string description, Func<ParseResult, string?, IEnumerable<OutputPlace>> places)
        : base("--out") => (_places, Description) = (arguments => places(arguments, arguments.GetValue(this)), description);

    /// <summary>One file to write, with its companions.</summary>
    /// <param name="description">The help text.</param>
    /// <param name="files">Of a path, all files that the job writes for it, the path among them; null where it is the only one.</param>
    internal static OutputOption File(string description, Func<string, IEnumerable<string>>? files = null) =>
        new(description, (_, path) => (files?.Invoke(path!) ?? [path!]).Select(file => new OutputPlace(file))) { Required = true };

    /// <summary>A folder to write into.</summary>
    internal static OutputOption Folder(string description) => new(description, (_, path) => [new(path!, IsFolder: true)]) { Required = true };

    /// <summary>A folder that need not be named.</summary>
    /// <param name="description">The help text.</param>
    /// <param name="place">Where results go then; null, or a function that gives null, for nowhere.</param>
    internal static OutputOption OptionalFolder(string description, Func<ParseResult, string?>? place = null) =>
        new(description, (arguments, path) => (place is null ? path : place(arguments)) is { } folder ? [new(folder, IsFolder: true)] : []);

    /// <summary>Anything else, by what the arguments say.</summary>
    internal static OutputOption Of(string description, Func<ParseResult, IEnumerable<OutputPlace>> places) =>
        new(description, (arguments, _) => places(arguments));

    /// <summary>Takes the places for this process; null where nothing is written.</summary>
    internal OutputLock? Hold(ParseResult arguments) => _places(arguments).ToArray() is { Length: > 0 } places
        ? OutputLock.Hold(places, $"embedkit {string.Join(' ', Environment.GetCommandLineArgs().Skip(1))}")
        : null;
}
