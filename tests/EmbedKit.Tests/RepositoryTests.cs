using System.Text.RegularExpressions;
using EmbedKit.Runtime;

namespace EmbedKit.Tests;

/// <summary>Promises about the repository itself: arrows between rooms, thin files, layout.</summary>
public partial class RepositoryTests
{
    /// <summary>A room may use only rooms to its left.</summary>
    private static readonly string[] Rooms =
        ["Runtime", "Data", "Storage", "Embedding", "Alignment", "Evaluation", "Fusion", "Protocols", "Benchmarking"];

    /// <summary>The rooms of <c>src/EmbedKit.Paper</c>, to the right of the core's.</summary>
    private static readonly string[] PaperRooms = ["Datasets", "Charts", "Report", "Experiments"];

    /// <summary>The folders of <c>src/EmbedKit.Transformers</c>.</summary>
    private static readonly string[] TransformerRooms = ["Modules", "Export", "Weights", "Ways"];

    /// <summary>The same for the demo's folders; <c>DemoPlan</c> above them all uses every one.</summary>
    private static readonly string[] DemoRooms = ["World", "Training", "DemoPlan.cs"];

    /// <summary>The command's folders.</summary>
    private static readonly string[] CliRooms = ["Terminal", "Models", "Audit", "Reproduce", "Bench", "Commands", "Program.cs"];

    internal static readonly string Root = Path.GetDirectoryName(RepositoryFolder.Find("src"))!;

    [Theory]
    [InlineData("src/EmbedKit")]
    [InlineData("src/EmbedKit.Paper")]
    [InlineData("src/EmbedKit.Transformers")]
    [InlineData("src/EmbedKit.Demo")]
    [InlineData("src/EmbedKit.Cli")]
    public void Rooms_use_only_rooms_to_their_left(string assembly) => AssertOrder(assembly, assembly switch
    {
        "src/EmbedKit" => (Rooms, [.. Rooms, .. PaperRooms], RoomName()),
        "src/EmbedKit.Paper" => (PaperRooms, [.. Rooms, .. PaperRooms], RoomName()),
        "src/EmbedKit.Transformers" => (TransformerRooms, TransformerRooms, TransformerRoomName()),
        "src/EmbedKit.Demo" => (DemoRooms, DemoRooms, DemoRoomName()),
        _ => (CliRooms, CliRooms, CliRoomName()),
    });

    [Fact]
    public void Assemblies_refer_to_those_that_the_layout_names()
    {
        var told = LayoutRow().Matches(File.ReadAllText(Path.Combine(Root, "CONTRIBUTING.md")))
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Split(", ").Order(StringComparer.Ordinal).ToArray());
        var wrong = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(project =>
        {
            string[] refers = [.. ProjectReference().Matches(File.ReadAllText(project)).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal)];
            string[] expected = told.Remove(Path.GetFileNameWithoutExtension(project), out var row) ? row : ["no such row"];
            return expected.SequenceEqual(refers.Length == 0 ? ["nothing of the kit"] : refers) ? null
                : $"{Relative(project)} refers to [{string.Join(", ", refers)}]; the layout says [{string.Join(", ", expected)}]";
        }).ToArray();
        AssertNone(
            wrong.OfType<string>().Concat(told.Keys.Select(name => $"the layout's row {name}: no such project")),
            "the references of each project as in CONTRIBUTING.md's table \"Layout\"");
    }

    [Fact]
    public void The_library_and_the_paper_know_no_demo_kernel_compiler_or_command_line() => AssertNoWord(
        ["src/EmbedKit", "src/EmbedKit.Paper"], ForeignName(), _ => true, "a library without demo, quantization, transformers, kernel, compiler and command line");

    [Fact]
    public void The_demo_knows_no_kernel_compiler_or_command_line() => AssertNoWord(
        ["src/EmbedKit.Demo"], ForeignName(), m => m.Value is not ("EmbedKit.Demo" or "EmbedKit.Quantization" or "EmbedKit.Transformers"),
        "a demo without kernel, compiler and command line");

    [Fact]
    public void The_library_and_the_paper_open_no_connection() => AssertNoWord(
        ["src/EmbedKit", "src/EmbedKit.Paper"], Connection(), _ => true, "connections in EmbedKit.Http and EmbedKit.Cli alone");

    [Fact]
    public void The_tokenizers_know_nothing_of_the_kit() => AssertNoWord(
        ["src/EmbedKit.Tokenizers"], RoomName(), m => m.Groups[1].Value != "Tokenizers", "EmbedKit.Tokenizers alone");

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        AssertNone(Sources("src").Concat(Sources("tests")).Where(f => File.ReadLines(f).Count() > 400).Select(Relative), "at most 400 lines");

    [Fact]
    public void Lines_are_at_most_150_columns_long() => AssertNone(
        Sources("src").SelectMany(f => File.ReadLines(f).Index().Where(l => l.Item.Length > 150).Select(l => $"{Relative(f)}:{l.Index + 1}")),
        "lines of at most 150 columns");

    [Fact]
    public void No_class_is_named_after_nothing() => AssertNone(
        from file in Sources("src").Concat(Sources("tests"))
        let vague = VagueName().Match(Path.GetFileNameWithoutExtension(file))
        where vague.Success
        select $"{Relative(file)}: '{vague.Value}'", "names that say what the type is for");

    private static void AssertOrder(string folder, (string[] Own, string[] Order, Regex Name) rule)
    {
        int Place(string room) => Array.IndexOf(rule.Order, room);
        static string Room(string file) => file.Split('/')[0];
        string RoomOf(string file) => Room(Path.GetRelativePath(Path.Combine(Root, folder), file).Replace('\\', '/'));
        AssertNone(
            Sources(folder).Where(f => !rule.Own.Contains(RoomOf(f))).Select(f => $"{Relative(f)}: '{RoomOf(f)}' is no room"),
            $"one of {string.Join(", ", rule.Own)}");
        AssertNone(
            Found([folder], rule.Name, (file, m) => Place(m.Groups[1].Value) > Place(RoomOf(file)))
                .Concat(SourceGraph.Read(folder).Arrows.Where(a => Place(Room(a.Used)) > Place(Room(a.User)))
                    .Select(a => $"{folder}/{a.User} uses {a.Used}")),
            $"rooms to the left alone, of {string.Join(", ", rule.Order)}");
    }

    private static void AssertNoWord(string[] folders, Regex word, Func<Match, bool> wrong, string expected) =>
        AssertNone(Found(folders, word, (_, m) => wrong(m)), expected);

    /// <summary>Where a word stands that must not, as <c>file:line: 'word'</c>.</summary>
    private static IEnumerable<string> Found(string[] folders, Regex word, Func<string, Match, bool> wrong) =>
        from file in folders.SelectMany(Sources)
        from line in File.ReadLines(file).Index()
        from match in word.Matches(line.Item)
        where wrong(file, match)
        select $"{Relative(file)}:{line.Index + 1}: '{match.Value}'";

    /// <summary>All that is wrong in full, where a collection's own message would cut it.</summary>
    internal static void AssertNone(IEnumerable<string> wrong, string expected)
    {
        string[] all = [.. wrong];
        Assert.True(all.Length == 0, $"{string.Join('\n', all)}\nExpected {expected}.");
    }

    internal static string Relative(string file) => Path.GetRelativePath(Root, file);

    internal static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "buildTransitive"));

    [GeneratedRegex(@"\bEmbedKit\.(\w+)")]
    private static partial Regex RoomName();

    [GeneratedRegex(@"\bEmbedKit\.Transformers\.(\w+)")]
    private static partial Regex TransformerRoomName();

    [GeneratedRegex(@"\bEmbedKit\.Demo\.(\w+)")]
    private static partial Regex DemoRoomName();

    [GeneratedRegex(@"\bEmbedKit\.Cli\.(\w+)")]
    private static partial Regex CliRoomName();

    [GeneratedRegex(@"^\| \[`(\w+(?:\.\w+)*)`\]\([^)]*\) \|[^|]*\| ([^|]*) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex LayoutRow();

    [GeneratedRegex(@"<ProjectReference Include=""\.\./(?:EmbedKit\.)?(\w+)/")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"\b(NetMQ|Microsoft\.CodeAnalysis|System\.CommandLine|Spectre\.Console|EmbedKit\.(Cli|Notebooks|Demo|Quantization|Transformers))\b")]
    private static partial Regex ForeignName();

    [GeneratedRegex(@"\b(System\.Net\.(Http|Sockets)|HttpClient|EmbedKit\.Http)\b")]
    private static partial Regex Connection();

    [GeneratedRegex("(Utils?|Utilities|Manager|Helpers?|Misc|Common)$")]
    private static partial Regex VagueName();
}
