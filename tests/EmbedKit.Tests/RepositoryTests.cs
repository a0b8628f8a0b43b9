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

    /// <summary>The same for the demo's folders; <c>DemoPlan</c> above them all uses every one.</summary>
    private static readonly string[] DemoRooms = ["Transformers", "Export", "World", "Training", "DemoPlan.cs"];

    internal static readonly string Root = Path.GetDirectoryName(RepositoryFolder.Find("src"))!;

    [Fact]
    public void Rooms_use_only_rooms_to_their_left()
    {
        AssertOrder("src/EmbedKit", Rooms, [.. Rooms, .. PaperRooms], RoomName());
        AssertOrder("src/EmbedKit.Paper", PaperRooms, [.. Rooms, .. PaperRooms], RoomName());
        AssertOrder("src/EmbedKit.Demo", DemoRooms, DemoRooms, DemoRoomName());
    }

    [Fact]
    public void The_library_and_the_paper_know_no_demo_kernel_compiler_or_command_line() =>
        Assert.DoesNotContain(Sources("src/EmbedKit").Concat(Sources("src/EmbedKit.Paper")), f => ForeignName().IsMatch(File.ReadAllText(f)));

    [Fact]
    public void The_demo_knows_no_kernel_compiler_or_command_line() =>
        Assert.DoesNotContain(
            Sources("src/EmbedKit.Demo"), f => ForeignName().Matches(File.ReadAllText(f)).Any(m => m.Value is not ("EmbedKit.Demo" or "EmbedKit.Quantization")));

    [Fact]
    public void The_library_and_the_paper_open_no_connection() =>
        Assert.DoesNotContain(Sources("src/EmbedKit").Concat(Sources("src/EmbedKit.Paper")), f => Connection().IsMatch(File.ReadAllText(f)));

    [Fact]
    public void The_tokenizers_know_nothing_of_the_kit() =>
        Assert.DoesNotContain(
            Sources("src/EmbedKit.Tokenizers"), f => RoomName().Matches(File.ReadAllText(f)).Any(m => m.Groups[1].Value != "Tokenizers"));

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        AssertNone(Sources("src").Concat(Sources("tests")).Where(f => File.ReadLines(f).Count() > 400).Select(Relative), "at most 400 lines");

    [Fact]
    public void Lines_are_at_most_150_columns_long() => AssertNone(
        Sources("src").SelectMany(f => File.ReadLines(f).Index().Where(l => l.Item.Length > 150).Select(l => $"{Relative(f)}:{l.Index + 1}")),
        "lines of at most 150 columns");

    [Fact]
    public void No_class_is_named_after_nothing() =>
        Assert.DoesNotContain(Sources("src").Concat(Sources("tests")), f => VagueName().IsMatch(Path.GetFileNameWithoutExtension(f)));

    private static void AssertOrder(string folder, string[] own, string[] order, Regex name)
    {
        var wrong = new List<string>();
        foreach (var file in Sources(folder))
        {
            var room = Path.GetRelativePath(Path.Combine(Root, folder), file).Split(Path.DirectorySeparatorChar)[0];
            Assert.True(own.Contains(room), $"{file}: '{room}' is no room of {folder}; expected one of {string.Join(", ", own)}.");
            var at = Array.IndexOf(order, room);
            wrong.AddRange(name.Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value)
                .Where(used => Array.IndexOf(order, used) > at).Select(used => $"{Relative(file)} uses {used}"));
        }

        wrong.AddRange(SourceGraph.Read(folder).Arrows
            .Where(a => Array.IndexOf(order, Room(a.Used)) > Array.IndexOf(order, Room(a.User))).Select(a => $"{folder}/{a.User} uses {a.Used}"));
        AssertNone(wrong.Distinct(), $"rooms to the left alone, of {string.Join(", ", order)}");
        static string Room(string file) => file.Split('/')[0];
    }

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

    [GeneratedRegex(@"\bEmbedKit\.Demo\.(\w+)")]
    private static partial Regex DemoRoomName();

    [GeneratedRegex(@"\b(NetMQ|Microsoft\.CodeAnalysis|System\.CommandLine|Spectre\.Console|EmbedKit\.(Cli|Notebooks|Demo|Quantization))\b")]
    private static partial Regex ForeignName();

    [GeneratedRegex(@"\b(System\.Net\.(Http|Sockets)|HttpClient|EmbedKit\.Http)\b")]
    private static partial Regex Connection();

    [GeneratedRegex("(Utils?|Utilities|Manager|Helpers?|Misc|Common)$")]
    private static partial Regex VagueName();
}
