using System.CommandLine;
using System.Globalization;
using EmbedKit.Cli.Models;
using EmbedKit.Cli.Terminal;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit models list</c>: the models that are here, and those that can be pulled.</summary>
internal static class ModelsListCommand
{
    internal static Command Create() =>
        Verb.Create("list", "List the models that are here, and the paper's that can be pulled or exported.", [], Run);

    private static CommandResult Run(CommandContext context)
    {
        var here = Here();
        Row[] rows = [.. here.Select(Local), .. ModelCatalogue.All.Where(m => !here.Any(f => Of(f) == m)).Select(m => From(m, null))];
        string[] titles = ["name", "family", "embeds", "width", "licence", "access", "MB", "here"];
        string[][] cells =
            [.. rows.Select(r =>
                new[] { r.Name, r.Family, r.Embeds, Number(r.Dimension), r.Licence ?? "", r.Gated ? "ask first" : "", Number(r.Megabytes), r.Here })];
        int[] widths = [.. titles.Select((t, c) => cells.Select(row => row[c].Length).Append(t.Length).Max())];
        foreach (var line in cells.Prepend(titles))
        {
            context.Out.WriteLine(
                string.Join("  ", line.Select((cell, c) => c is 3 or 6 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
        }

        return new([], rows);
    }

    internal static string Embeds(ModelFolder model) => (model.HasImage, model.HasText) switch
    {
        (true, true) => "image and text",
        (true, false) => "image",
        _ => "text",
    };

    /// <summary>The folders here; none where there is no place for them.</summary>
    private static IReadOnlyList<string> Here()
    {
        try
        {
            return ModelFolder.Catalogue();
        }
        catch (InputException)
        {
            return [];
        }
    }

    private static CatalogueModel? Of(string folder) =>
        ModelLock.ReadSource(folder) is { } source ? ModelCatalogue.Find(source.Repository)
            : ModelCatalogue.All.FirstOrDefault(m => m.Name == Path.GetFileName(folder));

    private static Row Local(string folder)
    {
        if (Of(folder) is { } known)
        {
            return From(known, folder);
        }

        try
        {
            var model = ModelFolder.Open(folder);
            return new(model.Name, model.Family, Embeds(model), null, ModelLock.ReadSource(folder)?.Licence, false, null, "yes", folder, null);
        }
        catch (InputException error)
        {
            return new(Path.GetFileName(folder), "", "", null, null, false, null, $"broken: {error.Message}", folder, null);
        }
    }

    private static Row From(CatalogueModel known, string? folder) => new(
        known.Name,
        known.Family,
        known.Embeds,
        known.Dimension,
        known.Licence,
        known.Gated,
        known.Megabytes,
        folder is not null ? "yes" : known.Repository is null ? "no (export it)" : "no (pull it)",
        folder,
        known.Repository);

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private sealed record Row(
        string Name,
        string Family,
        string Embeds,
        int? Dimension,
        string? Licence,
        bool Gated,
        int? Megabytes,
        string Here,
        string? Path,
        string? Repository);
}
