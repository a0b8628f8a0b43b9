using System.Text.RegularExpressions;

namespace EmbedKit.Tests;

/// <summary>Promises about what the repository says of itself: a README in every room, and no path that leads nowhere.</summary>
public partial class ReadmeTests
{
    private static readonly string[] Folders = ["src", "tests", "data", "notebooks", "environment", ".devcontainer"];

    private static readonly string[] Documents = [.. Directory.EnumerateFiles(RepositoryTests.Root, "*.md").Concat(Files("*.md"))];

    [Theory]
    [InlineData("src", false)]
    [InlineData("src/EmbedKit", true)]
    [InlineData("src/EmbedKit.Paper", true)]
    public void Every_assembly_and_every_room_has_a_README(string folder, bool rooms) => Assert.All(
        Directory.EnumerateDirectories(Path.Combine(RepositoryTests.Root, folder))
            .Where(d => rooms ? char.IsUpper(Path.GetFileName(d)[0]) : Path.GetFileName(d).StartsWith("EmbedKit", StringComparison.Ordinal)),
        d => Assert.True(File.Exists(Path.Combine(d, "README.md")), $"{d}: no README.md."));

    [Fact]
    public void Every_link_of_a_document_leads_to_a_file() => Assert.Empty(
        from document in Documents
        from Match link in Link().Matches(File.ReadAllText(document))
        let target = link.Groups[1].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains(':', StringComparison.Ordinal)
        && !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
        select $"{document}: {target}");

    [Fact]
    public void Every_path_that_is_named_is_there() => Assert.Empty(
        from file in Documents.Concat(Files("*.cs")).Concat(Files("*.dib"))
        let text = File.ReadAllText(file)
        let added = NewFile().Matches(text).Select(m => m.Groups[1].Value).ToHashSet()
        from path in NamedPath().Matches(text).Select(m => m.Value.TrimEnd('.', '/', '-')).Distinct()
        where !added.Contains(path) && !Path.Exists(Path.Combine(RepositoryTests.Root, path))
        select $"{file}: {path}");

    private static IEnumerable<string> Files(string pattern) =>
        Folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(RepositoryTests.Root, f), pattern, SearchOption.AllDirectories))
            .Where(f => Path.GetRelativePath(RepositoryTests.Root, f).Split(Path.DirectorySeparatorChar) is var parts
                && !parts.Any(p => p is "bin" or "obj" or "node_modules")
                && (parts is not ["data", "models", var model, ..] || model.StartsWith("tiny-", StringComparison.Ordinal)));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^New file `(.+)`:$", RegexOptions.Multiline)]
    private static partial Regex NewFile();

    [GeneratedRegex(@"(?<![\w./-])(?>(src|tests)/EmbedKit[\w./-]*)(?![*…{])")]
    private static partial Regex NamedPath();
}
