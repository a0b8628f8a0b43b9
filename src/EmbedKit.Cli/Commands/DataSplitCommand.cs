using System.CommandLine;
using System.Globalization;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Data.Splits;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit data split</c>: shares out the rows of a labels table, and writes down how.</summary>
internal static class DataSplitCommand
{
    private static readonly Argument<string> Labels = new("LABELS") { Description = "The table: a CSV with image_id and a label column." };

    private static readonly Option<string> By = new("--by")
    {
        Description = "group: whole groups on one side, stratified; row: stratified rows; published: scikit-learn's rows of the published code "
            + "(its seed 42, test only unless --val is given); time: latest rows test.",
        DefaultValueFactory = _ => "group",
    };

    // Printed; the rest stands in split.json.
    private const int MostDifferences = 3;

    private static readonly Option<string> Group = new("--group")
    {
        Description = "Column of groups for --by group.",
        DefaultValueFactory = _ => LabelledDataset.GroupColumn,
    };
    private static readonly Option<string> Time = new("--time") { Description = "Column of times for --by time: dates (year first) or numbers." };
    private static readonly Option<string> Label = new("--label")
    {
        Description = "Column whose shares every side keeps; several separated by commas. Default: the last label_ column.",
    };
    private static readonly Option<double?> Validation = new("--val")
    {
        Description = "Share of rows for choosing between models. Default 0.1; 0 for --by published.",
    };
    private static readonly Option<double> Test = new("--test")
    {
        Description = "Share of rows for testing.",
        DefaultValueFactory = _ => new SplitOptions().TestFraction,
    };
    private const int MostRepeats = 1000;

    private static readonly Option<int?> Folds = new("--folds") { Description = "Instead of one split, K folds of which each row is tested in one." };
    private static readonly Option<int> Repeats = new("--repeats") { Description = "Repetitions of the folds.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> NearDuplicates = new("--near-duplicates")
    {
        Description = "CSV image_id,cluster of look-alikes, as data audit writes it: each cluster is kept on one side.",
    };
    private static readonly Option<string> Apply = new("--apply") { Description = "Use the sides of this split.csv instead of drawing any." };
    private static readonly OutputOption Out = OutputOption.Folder("Folder to write to.");

    static DataSplitCommand() => By.AcceptOnlyFromAmong("group", "row", "published", "time");

    internal static Command Create() => Verb.Create(
        "split", "Split a labels table into train, val and test, or into folds; the split is written down and can be used again.",
        [Labels, By, Group, Time, Label, Validation, Test, Folds, Repeats, NearDuplicates, Apply, Out], Run);

    private static CommandResult Run(CommandContext context)
    {
        var arguments = context.Arguments;
        var table = TextTable.Read(arguments.GetValue(Labels)!);
        LabelledDataset.CheckIds(table);
        if (arguments.GetValue(Folds) is not null && arguments.GetValue(Apply) is not null)
        {
            throw new InputException("--folds draws sides and --apply takes those of a file; expected one of the two.");
        }

        if (arguments.GetValue(NearDuplicates) is not null
            && (arguments.GetValue(Apply) is not null || arguments.GetValue(By) is "published" or "time"))
        {
            throw new InputException("--near-duplicates keeps look-alikes on one side of a split that is drawn by group or row; leave it out here.");
        }

        return arguments.GetValue(Folds) is { } folds ? WriteFolds(context, table, folds) : WriteSplit(context, table);
    }

    private static CommandResult WriteSplit(CommandContext context, TextTable table)
    {
        var (arguments, ids) = (context.Arguments, table[LabelledDataset.IdColumn]);
        var by = arguments.GetValue(Apply) is { } applied ? $"file {Path.GetFileName(applied)}" : arguments.GetValue(By)!;
        var options = new SplitOptions
        {
            TestFraction = arguments.GetValue(Test),
            ValidationFraction = arguments.GetValue(Validation) ?? (by == "published" ? 0 : new SplitOptions().ValidationFraction),
        };
        var split = by switch
        {
            _ when arguments.GetValue(Apply) is { } file => Applied(context, file, table),
            "published" => PublishedSplit.Assign(Classes(arguments, table), options),
            "time" =>
                TimeSplit.Assign(
                    table[arguments.GetValue(Time) ?? throw new InputException("--by time: no column named; expected --time COLUMN.")], options),
            _ => GroupedSplit.Assign(Groups(arguments, table), Classes(arguments, table), options, context.Random.Create("split"), table),
        };

        if (by is "group" or "row" && arguments.GetValue(Apply) is null)
        {
            GroupedSplit.SaySizes(table.Source, split, options);
        }

        if (arguments.GetValue(Label) is { } named ? table.Contains(named) : LabelledDataset.LabelColumnsOf(table).Length > 0)
        {
            var column = arguments.GetValue(Label) ?? LabelledDataset.LabelColumnsOf(table)[^1];
            GroupedSplit.SayUnlearned($"{table.Source}: {column}", CellMeaning.Values(table[column]), split);
        }

        var groups = table.Contains(arguments.GetValue(Group)!) ? CellMeaning.Groups(table, arguments.GetValue(Group)!, say: true) : null;
        var overlap = groups is null ? (Sharing: 0, Test: 0) : GroupOverlap.Count(groups, split);
        var counts = Enum.GetValues<Split>().ToDictionary(s => s.Text(), s => split.Count(x => x == s));
        context.Out.WriteLine(
            string.Join(", ", counts.Where(c => c.Value > 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} {c.Value}"))));
        if (overlap.Sharing > 0)
        {
            context.Out.WriteLine(GroupOverlap.InWords(overlap));
        }

        var unlike = SplitLikeness.Largest(table, groups ?? ids, split, [arguments.GetValue(Group)!]);
        foreach (var difference in unlike.Take(MostDifferences))
        {
            context.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{SameText.Escaped(difference.Column)}: {SameText.Escaped(difference.Value)} is {100 * difference.Share:0.0} % of "
                    + $"{difference.Side.Text()} and "
                    + $"{100 * difference.Whole:0.0} % of all rows"));
        }

        var folder = arguments.GetValue(Out)!;
        string labels = Path.Combine(folder, "labels.csv"), sides = Path.Combine(folder, "split.csv"), settings = Path.Combine(folder, "split.json");
        var described = new
        {
            table = table.Source,
            by,
            label = arguments.GetValue(Label),
            seed = by == "published" ? PublishedSplit.Seed : arguments.GetValue(CommonOptions.Seed),
            test = options.TestFraction,
            val = options.ValidationFraction,
            rows = counts,
            test_rows_sharing_group_with_train = overlap.Sharing,
            largest_difference_from_all_rows = unlike.ToDictionary(d => d.Column, d => new
            {
                value = d.Value,
                side = d.Side.Text(),
                share = Math.Round(d.Share, 4),
                share_of_all = Math.Round(d.Whole, 4),
                points = Math.Round(100 * d.Difference, 2),
            }),
        };
        FileGroup.Write([labels, sides, settings], staged =>
        {
            table.With(LabelledDataset.SplitColumn, split.Texts()).Write(staged[0]);
            SplitFile.Write(staged[1], ids, split);
            JsonStyle.Write(staged[2], described);
        });
        return new(
            [labels, sides, settings],
            new { files = new[] { labels, sides, settings }, rows = counts, test_rows_sharing_group_with_train = overlap.Sharing });
    }

    private static CommandResult WriteFolds(CommandContext context, TextTable table, int folds)
    {
        var (arguments, ids) = (context.Arguments, table[LabelledDataset.IdColumn]);
        var (groups, classes, repeats) = (Groups(arguments, table), Classes(arguments, table), arguments.GetValue(Repeats));
        if (arguments.GetValue(By) is "published" or "time" || repeats is < 1 or > MostRepeats)
        {
            throw new InputException(
                $"--folds with --by {arguments.GetValue(By)} and --repeats {repeats}; expected --by group or row, and 1 to "
                    + $"{MostRepeats} repetitions.");
        }

        var drawn = Enumerable.Range(0, repeats).Select(r => GroupedFolds.Assign(groups, classes, folds, context.Random.Create($"folds/repeat={r}")))
            .ToArray();
        string[] Repeated(Func<int, int, string> cell) =>
            [.. Enumerable.Range(0, repeats).SelectMany(r => Enumerable.Range(0, ids.Length).Select(i => cell(r, i)))];
        var file = Path.Combine(arguments.GetValue(Out)!, "folds.csv");
        new TextTable(
            [LabelledDataset.IdColumn, "repeat", "fold"],
            [Repeated((_, i) => ids[i]), Repeated((r, _) => r.ToString(CultureInfo.InvariantCulture)),
                Repeated((r, i) => drawn[r][i].ToString(CultureInfo.InvariantCulture))], "folds.csv").Write(file);
        context.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{repeats} × {NumberText.Count(folds, "fold")} of {NumberText.Count(ids.Length, "row")} in "
                    + $"{NumberText.Count(groups.Distinct(StringComparer.Ordinal).Count(), "group")}"));
        return new([file], new { files = new[] { file }, folds, repeats, rows = ids.Length });
    }

    private static Split[] Applied(CommandContext context, string file, TextTable table)
    {
        var (split, unused) = SplitFile.Apply(file, table);
        if (unused > 0)
        {
            context.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture, $"{NumberText.Count(unused, "entry", "entries")} of {Path.GetFileName(file)} without a row here"));
        }

        return split;
    }

    /// <summary>Groups as asked for, joined where look-alikes join them; each row its own for <c>--by row</c>.</summary>
    private static string[] Groups(ParseResult arguments, TextTable table)
    {
        var (column, byRow) = (arguments.GetValue(Group)!, arguments.GetValue(By) == "row");
        if (!byRow && column == LabelledDataset.GroupColumn && !table.Contains(column))
        {
            throw new InputException(
                $"{table.Source}: no column '{column}'; name what must stay on one side (patient, lesion, city) by --group, or take --by row where "
                    + "no two rows belong together.");
        }

        var groups = byRow ? table[LabelledDataset.IdColumn] : CellMeaning.Groups(table, column, say: true);
        return arguments.GetValue(NearDuplicates) is { } file
            ? MergedGroups.Merge(groups, MergedGroups.ReadClusters(file, table[LabelledDataset.IdColumn])) : groups;
    }

    private static string[] Classes(ParseResult arguments, TextTable table)
    {
        var named = arguments.GetValue(Label)?.Split(',', StringSplitOptions.TrimEntries);
        var columns = (named ?? [LabelledDataset.LabelColumnsOf(table).LastOrDefault()
            ?? throw new InputException(
                $"{table.Source}: no column named {LabelledDataset.LabelPrefix}…; expected one, or --label COLUMN.")]).Select(c =>
        {
            CellMeaning.CheckSpellings(table, c);
            return CellMeaning.Values(table[c]);
        }).ToArray();
        CellMeaning.SayUnlabelled(table.Source, columns);
        return [.. Enumerable.Range(0, table.RowCount).Select(i => string.Join('\n', columns.Select(c => c[i])))];
    }
}
