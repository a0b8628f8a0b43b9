using System.Text.RegularExpressions;
using EmbedKit.Notebooks.Dib;
using Microsoft.CodeAnalysis;

namespace EmbedKit.Notebooks.Session;

/// <summary>A cell without its <c>#r</c> lines, which stand empty so that its line numbers stay. The session finds them itself: its packages come
/// from the process, and the engine's way of restoring others fails beside the FSharp.Core that Plotly.NET needs.</summary>
/// <param name="Code">The other lines, ended by LF.</param>
/// <param name="Wanted">What the cell refers to.</param>
internal sealed partial record CellReferences(string Code, IReadOnlyList<WantedReference> Wanted)
{
    /// <summary>Takes a cell apart; only C# has references.</summary>
    /// <exception cref="CellException"><c>#r "nuget:"</c> without a name.</exception>
    internal static CellReferences Take(string code, string language)
    {
        var lines = code.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var wanted = new List<WantedReference>();
        for (var i = 0; i < lines.Length && language == DibKernels.CSharp; i++)
        {
            if (Reference().Match(lines[i]) is { Success: true } reference)
            {
                wanted.Add(Of(reference.Groups["what"].Value.Trim(), i + 1));
                lines[i] = "";
            }
        }

        return new(string.Join('\n', lines), wanted);
    }

    private static WantedReference Of(string what, int line)
    {
        if (!what.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
        {
            return new WantedAssembly(what, line);
        }

        var parts = what[6..].Split(',', 2, StringSplitOptions.TrimEntries);
        return parts[0].Length > 0
            ? new WantedPackage(parts[0], parts.Length > 1 && parts[1] is not ("" or "*-*") ? parts[1] : null, line)
            : throw new CellException("DNI102", "#r \"nuget:\": no package named; expected: #r \"nuget: Name, Version\"", line);
    }

    [GeneratedRegex("""^#r\s+"(?<what>[^"]+)"\s*(//.*)?$""")]
    private static partial Regex Reference();
}

/// <summary>A line of a cell that refers to something outside it.</summary>
/// <param name="Line">The 1-based line.</param>
internal abstract record WantedReference(int Line)
{
    /// <summary>Finds it and makes it available to code; empty when the process carries it already.</summary>
    /// <exception cref="CellException">It cannot be had.</exception>
    internal abstract IEnumerable<MetadataReference> Find(CancellationToken cancellation);
}

/// <summary><c>#r "nuget: Name, Version"</c>; the version may be missing.</summary>
internal sealed record WantedPackage(string Name, string? Version, int Line) : WantedReference(Line)
{
    internal override IEnumerable<MetadataReference> Find(CancellationToken cancellation)
    {
        if (PackageRestore.IsServedHere(Name))
        {
            return [];
        }

        var (assemblies, nativeFolders) = PackageRestore.Restore(this, cancellation);
        foreach (var folder in nativeFolders)
        {
            SessionAssemblies.AddNativeFolder(folder);
        }

        return assemblies.Select(SessionAssemblies.Add).OfType<MetadataReference>();
    }
}

/// <summary><c>#r "file.dll"</c>.</summary>
internal sealed record WantedAssembly(string Path, int Line) : WantedReference(Line)
{
    internal override IEnumerable<MetadataReference> Find(CancellationToken cancellation)
    {
        if (!Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && SessionAssemblies.IsPresent(Path))
        {
            return [];
        }

        var path = System.IO.Path.GetFullPath(Path);
        return !File.Exists(path)
            ? throw new CellException(
                "ReferenceError", $"#r \"{Path}\": no such file; expected a path relative to {Environment.CurrentDirectory}.", Line)
            : SessionAssemblies.Add(path) is { } reference ? [reference] : [];
    }
}
