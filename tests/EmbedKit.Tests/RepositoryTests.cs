using System.Text.RegularExpressions;
using EmbedKit.Runtime;

namespace EmbedKit.Tests;

/// <summary>Promises about the repository itself: arrows between rooms, thin files, layout.</summary>
public partial class RepositoryTests
{
    /// <summary>A room may use only rooms to its left.</summary>
    private static readonly string[] Rooms =
        ["Runtime", "Data", "Storage", "Embedding", "Alignment", "Evaluation", "Fusion", "Protocols", "Benchmarking", "Charts", "Report", "Experiments"];

    /// <summary>The rooms of <c>src/EmbedKit.Paper</c>, to the right of the core's.</summary>
    private static readonly string[] PaperRooms = ["Charts", "Report", "Experiments"];

    internal static readonly string Root = Path.GetDirectoryName(RepositoryFolder.Find("src"))!;

    [Fact]
    public void Rooms_use_only_rooms_to_their_left()
    {
        var wrong = new List<string>();
        foreach (var (assembly, rooms) in new[] { ("EmbedKit", Rooms[..^PaperRooms.Length]), ("EmbedKit.Paper", PaperRooms) })
        {
            foreach (var file in Sources($"src/{assembly}"))
            {
                var room = Path.GetRelativePath(Path.Combine(Root, "src", assembly), file).Split(Path.DirectorySeparatorChar)[0];
                Assert.True(rooms.Contains(room), $"{file}: '{room}' is no room of {assembly}; expected one of {string.Join(", ", rooms)}.");
                var at = Array.IndexOf(Rooms, room);
                wrong.AddRange(RoomName().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value)
                    .Where(used => Array.IndexOf(Rooms, used) > at).Select(used => $"{file} uses {used}"));
            }
        }

        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void The_library_knows_no_kernel_compiler_or_command_line() =>
        Assert.DoesNotContain(Sources("src/EmbedKit"), f => ForeignName().IsMatch(File.ReadAllText(f)));

    [Fact]
    public void The_tokenizers_know_nothing_of_the_kit() =>
        Assert.DoesNotContain(Sources("src/EmbedKit.Tokenizers"), f => RoomName().Matches(File.ReadAllText(f)).Any(m => m.Groups[1].Value != "Tokenizers"));

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Assert.DoesNotContain(Sources("src").Concat(Sources("tests")), f => File.ReadLines(f).Count() > 400);

    [Fact]
    public void No_class_is_named_after_nothing() =>
        Assert.DoesNotContain(Sources("src").Concat(Sources("tests")), f => VagueName().IsMatch(Path.GetFileNameWithoutExtension(f)));

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "buildTransitive"));

    [GeneratedRegex(@"\bEmbedKit\.(\w+)")]
    private static partial Regex RoomName();

    [GeneratedRegex(@"\b(NetMQ|Microsoft\.CodeAnalysis|System\.CommandLine|Spectre\.Console|EmbedKit\.(Cli|Notebooks))\b")]
    private static partial Regex ForeignName();

    [GeneratedRegex("(Utils?|Utilities|Manager|Helpers?|Misc|Common)$")]
    private static partial Regex VagueName();
}
