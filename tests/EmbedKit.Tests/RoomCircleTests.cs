namespace EmbedKit.Tests;

/// <summary>Inside a room arrows go one way too: a folder that needs another is not needed by it.</summary>
public sealed class RoomCircleTests
{
    /// <summary>Every assembly but the notebooks' runner, whose sessions and formats of values call each other.</summary>
    public static TheoryData<string> OneWay => [.. Assemblies.Where(a => a != "src/EmbedKit.Notebooks")];

    public static TheoryData<string> All => [.. Assemblies];

    private static IEnumerable<string> Assemblies => Directory.EnumerateDirectories(Path.Combine(RepositoryTests.Root, "src"))
        .Where(d => Directory.EnumerateFiles(d, "*.csproj").Any()).Select(d => $"src/{Path.GetFileName(d)}").Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(OneWay))]
    public void Folders_of_a_room_form_no_circle(string assembly) => AssertNone(SourceGraph.Read(assembly).FolderCircles(Listing));

    [Theory]
    [MemberData(nameof(OneWay))]
    public void Files_form_no_circle_but_a_type_with_its_parts(string assembly) => AssertNone(SourceGraph.Read(assembly).FileCircles(Listing));

    /// <summary>An arrow that cannot be read is kept by nobody. The command's entry point alone is statements without a type.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Every_file_declares_a_type_that_the_graph_sees(string assembly) => RepositoryTests.AssertNone(
        SourceGraph.Read(assembly).FilesWithoutType.Where(f => f != "Program.cs").Select(f => $"{assembly}/{f}"),
        "a type whose declaration SourceGraph.Type() reads");

    [Theory]
    [InlineData("public sealed class")]
    [InlineData("internal static unsafe partial class")]
    [InlineData("file readonly ref struct")]
    [InlineData("public readonly record struct")]
    [InlineData("internal abstract record")]
    [InlineData("internal delegate int")]
    public void A_type_is_seen_behind_its_modifiers(string declaration) =>
        Assert.Empty(Graph(("One.cs", $"namespace Kit;\n\n{declaration} One;")).FilesWithoutType);

    [Fact]
    public void A_circle_is_seen_through_words_that_hide_it()
    {
        var graph = Graph(
            ("A/One.cs", "using Kit.B;\nnamespace Kit.A;\nclass One { Two two; const int Three = 3; int t = Three; }"),
            ("B/Two.cs", "namespace Kit.B;\nrecord Two(int Four) { int a = A.One.Size; /// Five\n }"),
            ("C/Three.cs", "using Kit.A;\nnamespace Kit.C;\nclass Three : One; class Four;"),
            ("C/Five.cs", "using Kit.B;\nnamespace Kit.C;\nenum Five { A } // Two"));
        Assert.Equal([["A/One.cs uses B/Two.cs", "B/Two.cs uses A/One.cs"]], graph.FolderCircles());
        Assert.Empty(graph.FolderCircles((user, used) => (user, used) == ("A/One.cs", "B/Two.cs")));
        Assert.Empty(graph.FileCircles());
    }

    [Fact]
    public void Of_folders_in_circles_a_shortest_one_is_named_its_fewest_arrows_first()
    {
        var graph = Graph(
            ("A/One.cs", "namespace Kit.A;\nclass One { B.Two two; }"),
            ("A/Five.cs", "namespace Kit.A;\nclass Five { B.Two two; }"),
            ("B/Two.cs", "namespace Kit.B;\nclass Two { A.One one; C.Three three; }"),
            ("C/Three.cs", "namespace Kit.C;\nclass Three { A.One one; }"),
            ("D/Four.cs", "namespace Kit.D;\nclass Four { A.One one; }"));
        Assert.Equal([["B/Two.cs uses A/One.cs", "A/Five.cs uses B/Two.cs", "A/One.cs uses B/Two.cs"]], graph.FolderCircles());
    }

    [Fact]
    public void A_circle_is_seen_through_extension_methods_that_callers_can_mean()
    {
        (string, string) extended = ("One.cs", "namespace Kit;\nclass One { int a = new Two().Twice(2); }");
        (string, string) extending = ("A/Two.cs", "namespace Kit;\nstatic class Both { internal static int Twice(this Two two, int n) => n; }\nclass Two;");
        Assert.Empty(Graph(extended, extending).FolderCircles());
        extending.Item2 += "\nclass Three { One one; }";
        Assert.Equal([["One.cs uses A/Two.cs", "A/Two.cs uses One.cs"]], Graph(extended, extending).FolderCircles());
        extended.Item2 = "namespace Kit;\nclass One { int a = b.Twice(2); }";
        Assert.Single(Graph(extended, extending).FolderCircles());
        Assert.Empty(Graph(extended, (extending.Item1, extending.Item2.Replace("internal static", "private static"))).FolderCircles());
        Assert.Empty(Graph(extended, extending, ("A/Four.cs", "static class Four { public static int Twice(this Four four) => 4; }")).FolderCircles());
    }

    [Fact]
    public void A_type_may_know_its_parts_and_they_it_but_not_one_another()
    {
        (string, string)[] star =
        [
            ("T.cs", "namespace K;\nclass T { P p; Q q; }"), ("P.cs", "namespace K;\nclass P { T t; }"), ("Q.cs", "namespace K;\nclass Q { T t; }"),
        ];
        Assert.Empty(Graph(star).FileCircles());
        Assert.Equal([["P.cs", "Q.cs", "T.cs"]], Graph([.. star[..2], ("Q.cs", "namespace K;\nclass Q { T t; P p; }")]).FileCircles());
        Assert.Empty(Graph(star).FolderCircles());
    }

    /// <summary>The list in <c>Experiment.Of</c> names every experiment, and each is one.</summary>
    private static bool Listing(string user, string used) =>
        user == "Experiments/Experiment.cs" && used.EndsWith("Experiment.cs", StringComparison.Ordinal);

    private static SourceGraph Graph(params (string Path, string Text)[] files) => new(files.Select(f => KeyValuePair.Create(f.Path, f.Text)));

    private static void AssertNone(IEnumerable<string[]> circles) =>
        RepositoryTests.AssertNone(circles.Select(c => string.Join('\n', c)), "arrows that lead back nowhere");
}
