using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets;

/// <summary>The folder a user downloaded a data set into.</summary>
internal sealed class SourceFolder
{
    private readonly DatasetRecipe _recipe;

    /// <summary>Takes the folder, or what a recursive download of PhysioNet's site puts below it (<c>physionet.org/files/NAME/VERSION</c>).</summary>
    /// <exception cref="InputException">No such folder; the message says what is expected and where to apply.</exception>
    internal SourceFolder(DatasetRecipe recipe, string path)
    {
        _recipe = recipe;
        if (!Directory.Exists(path))
        {
            throw Missing($"{path}: {BrokenLink.Describe(path) ?? "no such folder"}");
        }

        var mirrored = recipe.PhysioNetName is { } name ? Path.Combine(path, "physionet.org", "files", name) : null;
        Root = Directory.Exists(mirrored) ? Directory.EnumerateDirectories(mirrored).Order(StringComparer.Ordinal).LastOrDefault() ?? path : path;
    }

    /// <summary>Where the data set's files begin; image paths are relative to it.</summary>
    internal string Root { get; }

    /// <summary>The full path of the first of several names that is there, or null.</summary>
    internal string? Find(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Path.Combine(Root, name) is var path && File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Reads the first of several names that is there.</summary>
    /// <exception cref="InputException">None is; the message says what is expected and where to apply.</exception>
    internal TextTable Table(params ReadOnlySpan<string> names) => TextTable.Read(Find(names) ?? throw Missing($"{Root}: no {names[0]}"));

    /// <summary>The filled lines of a text file.</summary>
    /// <exception cref="InputException">There is no such file; the message says what is expected and where to apply.</exception>
    internal string[] Lines(string name) =>
        [.. File.ReadLines(Find(name) ?? throw Missing($"{Root}: no {name}")).Select(l => l.Trim()).Where(l => l.Length > 0)];

    private InputException Missing(string what) =>
        new($"{what}; expected {_recipe.Title} as it is distributed: {_recipe.Layout}. Nothing is downloaded for you: {_recipe.Access}.");
}
