using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using EmbedKit.Data;
using EmbedKit.Notebooks.Dib;
using EmbedKit.Notebooks.Formatting;
using EmbedKit.Notebooks.Session;
using EmbedKit.Storage;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET.CSharp;

namespace EmbedKit.Notebooks.Tests.Formatting;

/// <summary>What the package does in any .NET Interactive: all views come from its formatters.</summary>
[Trait("Tier", "slow")]
public sealed class NotebookViewsTests
{
    [Fact]
    public void The_package_brings_an_extension_whose_cell_registers_the_views_and_prints_nothing()
    {
        using var folder = new TemporaryFolder();
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        using var pack = Process.Start(new ProcessStartInfo(
            "dotnet", ["pack", "src/EmbedKit.Notebooks", "--no-build", "-v", "quiet", "-c", configuration, "-o", folder.Path])
        { WorkingDirectory = root, RedirectStandardOutput = true })!;
        var said = pack.StandardOutput.ReadToEnd();
        pack.WaitForExit();
        Assert.True(pack.ExitCode == 0, said);
        using var package = ZipFile.OpenRead(Directory.GetFiles(folder.Path, "*.nupkg").Single());
        using var reader = new StreamReader(package.GetEntry("interactive-extensions/dotnet/extension.dib")!.Open());
        var outputs = new List<CellOutput>();
        var cell = Assert.Single(DibParser.Parse(reader.ReadToEnd()).Cells);
        using var session = new NotebookSession();
        Assert.Null(session.Execute(cell, outputs.Add, TestContext.Current.CancellationToken));
        Assert.Empty(outputs);
    }

    [Fact]
    public void Registered_views_are_what_the_engine_itself_formats_and_ask_the_network_for_nothing()
    {
        Assert.Null(NotebookViews.Register());
        var table = new TextTable(["image_id"], [["a"]]);
        object[] tables =
        [
            table, new EmbeddingSet(table, new EmbeddingMatrix(1, 2, new float[2]), null), new EmbeddingMatrix(1, 2, new float[2]),
            new DataFrame(new StringDataFrameColumn("image_id", ["a"])),
            Deedle.Frame.FromColumns(new Dictionary<string, Deedle.Series<int, double>> { ["v"] = new([7], [0.5]) }),
        ];
        Assert.All(tables, t =>
        {
            var shown = FormattedValue.CreateManyFromObject(t);
            Assert.Equal(["text/html", "text/plain"], shown.Select(v => v.MimeType));
            Assert.StartsWith("<table>", shown[0].Value, StringComparison.Ordinal);
        });

        var chart = FormattedValue.CreateManyFromObject(Chart.Point<int, int, string>(x: [1, 2], y: [3, 4]));
        Assert.Equal([ChartFormat.MimeType, "text/html", "text/plain"], chart.Select(v => v.MimeType));
        Assert.Contains("class=\"figure\"", chart[1].Value, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", chart[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_with_an_older_FSharp_Core_is_told_in_one_line_what_is_missing_and_what_to_do()
    {
        var needed = new AssemblyName("FSharp.Core") { Version = new(10, 1, 0, 0) };
        Assert.Null(FSharpViews.Lacking(needed, _ => typeof(object).Assembly, null));
        var said = FSharpViews.Lacking(needed, _ => null, new(10, 0, 0, 0))!;
        Assert.StartsWith(
            "EmbedKit: charts and Deedle frames are not shown here: they need FSharp.Core 10.1.0.0 and this host has 10.0.0.0; everything else is.",
            said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', said);
    }
}
