namespace EmbedKit.Tests;

/// <summary>Inside a room arrows go one way too: a folder that needs another is not needed by it.</summary>
public sealed class RoomCircleTests
{
    [Theory]
    [InlineData("src/EmbedKit")]
    [InlineData("src/EmbedKit.Tokenizers")]
    public void Folders_of_a_room_form_no_circle(string assembly) => AssertNone(SourceGraph.Read(assembly).FolderCircles());

    [Fact]
    public void Files_form_no_circle_but_a_type_with_its_parts() => AssertNone(SourceGraph.Read("src/EmbedKit").FileCircles());

    /// <summary>But for the list in <c>Experiment.Of</c>, which names every experiment, and each is one.</summary>
    [Fact]
    public void Folders_of_a_room_of_the_paper_form_no_circle() => AssertNone(SourceGraph.Read("src/EmbedKit.Paper").FolderCircles(
        (user, used) => user == "Experiments/Experiment.cs" && used.EndsWith("Experiment.cs", StringComparison.Ordinal)));

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
    public void A_circle_is_seen_through_extension_methods_that_callers_can_mean()
    {
        (string, string) extended = ("One.cs", "namespace Kit;\nclass One { int a = new Two().Twice(2); }");
        (string, string) extending = ("A/Two.cs", "namespace Kit;\nstatic class Both { internal static int Twice(this Two two, int n) => n; }\nclass Two;");
        Assert.Empty(Graph(extended, extending).FolderCircles());
        extending.Item2 += "\nclass Three { One one; }";
        Assert.Equal([["A/Two.cs uses One.cs", "One.cs uses A/Two.cs"]], Graph(extended, extending).FolderCircles());
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

    private static SourceGraph Graph(params (string Path, string Text)[] files) => new(files.Select(f => KeyValuePair.Create(f.Path, f.Text)));

    private static void AssertNone(IEnumerable<string[]> circles) =>
        RepositoryTests.AssertNone(circles.Select(c => string.Join('\n', c)), "arrows that lead back nowhere");
}
