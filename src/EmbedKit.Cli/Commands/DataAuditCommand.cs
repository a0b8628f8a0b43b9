using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EmbedKit.Benchmarking;
using EmbedKit.Cli.Audit;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Data.Splits;
using EmbedKit.Protocols.Audit;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit data audit</c>: looks for leaks in any labels CSV.</summary>
internal static class DataAuditCommand
{

    private static readonly Argument<string> Labels = new("labels")
    {
        Description = "Any CSV with a label column: labels.csv of the kit, or a data set's own table.",
    };

    private static readonly Option<string?> Id = new("--id") { Description = "Id column; by default image_id, or a column named like an id." };

    private static readonly Option<string[]> Label = new("--label") { Description = "Label column, may be repeated; needed when there is a choice." };

    private static readonly Option<string?> Group = new("--group")
    {
        Description = "Column of what must stay on one side; by default group_id, or a lesion, patient or city column.",
    };

    private static readonly Option<string?> Text = new("--text") { Description = "Text column; by default text. Try text_published." };

    private static readonly Option<string?> Split = new("--split") { Description = "Split column (train, val, test); by default split." };

    private static readonly Option<string?> SplitFileOption = new("--split-file")
    {
        Description = "CSV with an id and a split column, joined by id: the split to audit.",
    };

    private static readonly Option<string[]> Recorded = new("--recorded-with-label")
    {
        Description = "Column that was recorded by whoever set the label; may be repeated.",
    };

    private static readonly Option<string[]> Site = new("--site")
    {
        Description = "Column that says where or with what a row was recorded; may be repeated.",
    };

    private static readonly Option<string[]> Allow = new("--allow")
    {
        Description = "Kind of leak that does not fail the audit (group, duplicate, text, missingness, site, target-fit); may be repeated.",
    };

    private static readonly Option<string?> Images = new("--images") { Description = "Folder of the images, to look for duplicates." };

    private static readonly Option<string?> Embeddings = new("--embeddings")
    {
        Description = "Embeddings file (.parquet or .csv) with image embeddings, to look for duplicates.",
    };

    private static readonly OutputOption Out = OutputOption.OptionalFolder(
        "Folder for the page (index.html), audit.json and near-duplicates.csv (for data split); without it nothing is written.");

    internal static Command Create() => Verb.Create(
        "audit", "Look for leaks in a labels CSV; exit code 3 when there are some.",
        [Labels, Images, Embeddings, Id, Label, Group, Text, Split, SplitFileOption, Recorded, Site, Allow, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        var arguments = context.Arguments;
        var clock = Stopwatch.StartNew();
        var allowed = (arguments.GetValue(Allow) ?? []).Select(LeakKindText.Parse).ToHashSet();
        var table = TextTable.Read(arguments.GetRequiredValue(Labels));
        var notes = new List<string>();
        if (arguments.GetValue(SplitFileOption) is { } splitFile)
        {
            table = SplitFile.Join(table, arguments.GetValue(Id), splitFile, notes);
        }

        var options = new AuditOptions
        {
            Id = arguments.GetValue(Id),
            Labels = arguments.GetValue(Label) ?? [],
            Group = arguments.GetValue(Group),
            Text = arguments.GetValue(Text),
            Split = arguments.GetValue(Split),
            RecordedWithLabel = arguments.GetValue(Recorded) ?? [],
            Sites = arguments.GetValue(Site) ?? [],
        };
        var (images, embeddings) = (arguments.GetValue(Images), arguments.GetValue(Embeddings));
        var evidence = images is null && embeddings is null ? null
            : ImageEvidence.Read(table, options.Id, images, embeddings, context.Threads, context.Progress, context.Cancellation);
        var report = LeakAudit.Run(table, options, context.Random, evidence, context.Cancellation);
        report = report with { Notes = [.. notes, .. report.Notes] };
        Print(context.Out, report, allowed);
        var json = Json(report, allowed);
        var files = new List<string>();
        if (arguments.GetValue(Out) is { } folder)
        {
            var fileOf = FilesById(table, options.Id, evidence);
            string At(string name) => Path.Combine(folder, name);
            FileGroup.Write([At("near-duplicates.csv"), At("audit.json"), At("index.html")], staged =>
            {
                files.Add("audit.json");
                if (report.Duplicates is { Clusters.Count: > 0 } duplicates)
                {
                    new TextTable(
                        [LabelledDataset.IdColumn, "cluster"],
                        [[.. duplicates.Clusters.Select(c => c.Id)],
                            [.. duplicates.Clusters.Select(c => c.Picture.ToString(CultureInfo.InvariantCulture))]]).Write(staged[0]);
                    files.Add("near-duplicates.csv");
                }

                JsonStyle.Write(staged[1], json);
                AuditPage.Write(
                    staged[2], report, allowed, table.Source, id => fileOf.GetValueOrDefault(id), files,
                    new(
                        MachineDescription.Current(), context.Random.RootSeed, clock.Elapsed.TotalMinutes,
                        $"embedkit {string.Join(' ', Environment.GetCommandLineArgs().Skip(1))}"));
            });
            files = [.. files.Prepend("index.html").Select(At)];
        }

        return new(files, json, report.Leaks.Any(l => !allowed.Contains(l.Kind)) ? ExitCode.LeaksFound : ExitCode.Done);
    }

    private static Dictionary<string, string> FilesById(TextTable table, string? id, ImageEvidence? evidence)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var r = 0; evidence?.Files is { } found && r < table.RowCount; r++)
        {
            if (evidence.Fingerprints?[r] is not null)
            {
                files.TryAdd(table[IdColumn.Of(table, id)][r], found[r]!);
            }
        }

        return files;
    }

    private static void Print(TextWriter print, AuditReport report, HashSet<LeakKind> allowed)
    {
        print.WriteLine($"{NumberText.Count(report.Rows, "row")}, {NumberText.Count(report.Groups, "group")}");
        if (report.TestRowsSharingGroupWithTrain is { } sharing)
        {
            print.WriteLine($"{NumberText.Count(sharing)} of {NumberText.Count(report.TestRows!.Value, "test row")} in a group of training rows");
        }

        if (report.Duplicates is { } found)
        {
            print.WriteLine($"{NumberText.Count(found.Pictures, "picture stands", "pictures stand")} in {NumberText.Count(found.Rows, "row")}" +
                (found.TestRowsInTrain is { } twice
                    ? $"; {NumberText.Count(twice, "test row shows", "test rows show")} one that training rows show too" : "") +
                (found.ContradictoryPictures > 0 ? $"; {NumberText.Count(found.ContradictoryPictures, "has", "have")} rows with different labels"
                    : ""));
        }

        foreach (var leak in report.Leaks)
        {
            print.WriteLine($"LEAK {leak.Kind.Text()}{(allowed.Contains(leak.Kind) ? " (allowed)" : "")}: {leak.Explanation}");
            print.WriteLine($"     {leak.Remedy}");
        }

        if (report.Leaks.Count == 0)
        {
            print.WriteLine("no leak found");
        }

        foreach (var shift in report.Shifts)
        {
            print.WriteLine($"SHIFT {shift.Explanation}");
            print.WriteLine($"      {shift.Remedy}");
        }

        foreach (var text in report.Text)
        {
            print.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(report.TextColumn is { } column ? $"all words of {column} together" : "all fields together")} tell {text.Label} with AUC "
                        + $"{text.Auc:0.000} (chance {text.Baseline:0.000})"));
        }

        if (report.Fields.Count > 0)
        {
            print.WriteLine($"{"field",-28} {"label",-18} {"auc",6} {"chance",6}  best told class");
        }

        foreach (var field in report.Fields)
        {
            var best = field.Class.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{SameText.Escaped(field.Class)} "
                + $"{field.ClassAuc:0.000}");
            print.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{SameText.Escaped(field.Field),-28} {SameText.Escaped(field.Label),-18} {field.Auc,6:0.000} {field.Baseline,6:0.000}  "
                        + $"{best}{(field.InText ? ", in the text" : "")}{(field.Remark.Length > 0 ? $", {field.Remark}" : "")}"));
        }

        foreach (var note in report.Notes)
        {
            print.WriteLine($"note: {note}");
        }
    }

    private static object Json(AuditReport report, HashSet<LeakKind> allowed) => new
    {
        report.Rows,
        report.Groups,
        report.TestRows,
        report.TestRowsSharingGroupWithTrain,
        Leaks = report.Leaks.Select(l => new
        {
            Kind = l.Kind.Text(),
            l.Field,
            l.Label,
            l.Auc,
            l.Baseline,
            l.Rows,
            l.Explanation,
            l.Remedy,
            Allowed = allowed.Contains(l.Kind),
        }),
        report.Fields,
        report.Words,
        report.Text,
        report.Balance,
        Shifts = report.Shifts.Select(s => new { Kind = "shift", s.Column, s.Value, s.Split, s.Share, s.Whole, s.Distance, s.Explanation, s.Remedy }),
        report.SharedGroups,
        Duplicates = report.Duplicates is not { } d ? null : new { d.Rows, d.Pictures, d.TestRowsInTrain, d.ContradictoryPictures, d.Examples },
        report.Notes,
    };
}
