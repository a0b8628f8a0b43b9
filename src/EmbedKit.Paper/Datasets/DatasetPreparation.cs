using EmbedKit.Data;
using EmbedKit.Data.Splits;
using EmbedKit.Datasets.Prompts;
using EmbedKit.Runtime;

namespace EmbedKit.Datasets;

/// <summary>
/// Makes <c>labels.csv</c>, a data card and a list of what does not match from a data set as it is distributed. Images stay where they are: the
/// column <c>image_path</c> names them relative to the source folder, which is then what <c>embed --images</c> wants. Only where encoders cannot read
/// them (SatelliteBench's twelve bands) are pictures made of them, in the output folder.
/// </summary>
public static class DatasetPreparation
{
    /// <summary>Name of the file of rows without image and images without row.</summary>
    public const string UnmatchedFile = "unmatched.csv";

    /// <summary>Name of the column with a split by time, where rows have one.</summary>
    public const string TimeSplitColumn = "split_time";

    private static readonly DatasetRecipe[] Recipes =
    [
        Ham10000.Recipe,
        Brset.Recipe,
        SatelliteBench.Recipe,
        Mbrset.Recipe,
        MimicCxr.Recipe,
        Recipes5k.Recipe,
    ];

    /// <summary>The data sets there is a recipe for, and <c>csv</c> for any other table.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Recipes.Select(r => r.Name), "csv"];

    /// <summary>Prepares a data set.</summary>
    /// <param name="dataset">One of <see cref="Names"/>.</param>
    /// <param name="options">Where from, where to, and how.</param>
    /// <param name="streams">Randomness of the leak-free split.</param>
    /// <param name="progress">Told about each image that is converted.</param>
    /// <param name="cancellation">Stops before any table is written; images that were converted are kept, and not converted again.</param>
    /// <exception cref="InputException">No such recipe, files that are not as distributed, rows that contradict each other.</exception>
    public static PreparationResult Prepare(
        string dataset, PreparationOptions options, RandomStreams streams, IProgress<JobProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(streams);
        options.Validate();
        var recipe = dataset == "csv" ? MappedCsv.Recipe(options.Mapping ?? Path.Combine(options.Source, MappedCsv.FileName))
            : Recipes.FirstOrDefault(r => r.Name == dataset)
            ?? throw new InputException($"'{dataset}' is no data set known here; expected one of {string.Join(", ", Names)}.");
        var source = new SourceFolder(recipe, options.Source);
        var (rows, repeated) = DuplicateIds.Drop(recipe.Read(source));
        cancellation.ThrowIfCancellationRequested();
        var images = new ImageIndex(source.Root, rows.ImagePaths is null ? rows.ImageFolders : []);
        var paths = Paths(source, rows, images);
        var notes = new List<string>(rows.Notes);
        var (without, unused) =
            (paths is null ? [] : Enumerable.Range(0, paths.Length).Where(i => paths[i].Length == 0).ToArray(), images.Unused.ToArray());
        if (rows.Convert is not null && paths is not null)
        {
            paths = ConvertImages(rows, source.Root, paths, options.Out, progress, cancellation);
        }

        var table = Build(recipe, rows, paths, options, streams, notes);
        cancellation.ThrowIfCancellationRequested();

        (int Rows, string Reason)[] exclusions =
            [.. rows.Exclusions.Append((Rows: repeated, Reason: "repeats an id, with the same labels")).Where(e => e.Rows > 0)];
        string labels = Path.Combine(options.Out, "labels.csv"), card = Path.Combine(options.Out, "README.md");
        if (paths is null)
        {
            notes.Add($"No images were there when this was prepared ({string.Join(", ", rows.ImageFolders)}); rows are found by id.");
        }
        else if (images.LooseMatches > 0)
        {
            notes.Add(ImageIndex.Note(images.LooseMatches));
        }

        string[] files = [labels, Path.Combine(options.Out, UnmatchedFile), card];
        FileGroup.Write(files, staged =>
        {
            table.Write(staged[0]);
            WriteUnmatched(staged[1], rows, without, unused);
            AtomicFile.WriteText(
                staged[2], DataCard.Write(recipe, table, options, rows.Convert is not null, without.Length, unused.Length, exclusions, notes));
        });
        return new([labels, card, .. files[1..^1].Where(File.Exists)], table, without.Length, unused.Length, exclusions, notes);
    }

    /// <summary>Pictures in <c>images/</c> of the output folder, named after the ids; those that an earlier, interrupted run made are kept.</summary>
    private static string[] ConvertImages(
        SourceRows rows, string root, string[] paths, string folder, IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        if (Directory.Exists(Path.Combine(folder, "images")))
        {
            Leftovers.ClearBelow(Path.Combine(folder, "images"));
        }

        var converted = new string[paths.Length];
        for (var i = 0; i < paths.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            converted[i] = paths[i].Length == 0 ? "" : $"images/{rows.Ids[i]}.png";
            if (converted[i].Length > 0 && Path.Combine(folder, converted[i]) is var picture && !File.Exists(picture))
            {
                rows.Convert!(Path.Combine(root, paths[i]), picture);
            }

            progress?.Report(new("images", i + 1, paths.Length));
        }

        return converted;
    }

    private static TextTable Build(
        DatasetRecipe recipe, SourceRows rows, string[]? paths, PreparationOptions options, RandomStreams streams, List<string> notes)
    {
        List<(string Column, string[] Cells)> columns = [(LabelledDataset.IdColumn, rows.Ids)];
        if (paths is not null)
        {
            columns.Add((LabelledDataset.PathColumn, paths));
        }

        columns.Add((LabelledDataset.TextColumn, options.Template(recipe).Render(rows.Table)));
        CellMeaning.SayTextless(rows.Table.Source, columns[^1].Cells);
        if (recipe.OwnPrompt is null)
        {
            columns.Add((LabelledDataset.PublishedTextColumn, ShippedPrompts.Published(recipe.Name).Render(rows.Table)));
        }

        foreach (var (column, cells) in rows.Labels)
        {
            CellMeaning.CheckSpellings(rows.Table.With(column, cells), column);
            columns.Add((column, CellMeaning.Values(cells).Distinct(StringComparer.Ordinal).Take(2).Count() > 1
                ? cells
                : throw new InputException($"{rows.Table.Source}: {column} is '{cells[0]}' in every row; expected at least two classes.")));
        }

        columns.Add((LabelledDataset.GroupColumn, rows.Groups));
        var groups = CellMeaning.Groups(rows.Groups, rows.Ids);
        CellMeaning.SayGroups(rows.Table, LabelledDataset.GroupColumn, groups);
        CellMeaning.SayUnlabelled(rows.Table.Source, [.. rows.Labels.Select(l => CellMeaning.Values(l.Cells))]);
        var split = LeakFreeSplit(rows, groups, options, streams.Create($"split/{recipe.Name}"), notes);
        GroupedSplit.SayUnlearned($"{rows.Table.Source}: {rows.Labels[^1].Column}", CellMeaning.Values(rows.Labels[^1].Cells), split);
        columns.Add((LabelledDataset.SplitColumn, split.Texts()));
        if (PublishedSplitOf(rows, notes) is { } published)
        {
            columns.Add((LabelledDataset.PublishedSplitColumn, published.Texts()));
        }

        if (rows.Times is not null)
        {
            columns.Add((TimeSplitColumn, TimeSplit.Assign(rows.Times, options.Split).Texts()));
        }

        var reserved = columns.Select(c => c.Column).ToHashSet(StringComparer.Ordinal);
        columns.AddRange(
            rows.Table.ColumnNames.Zip(rows.Table.Columns).Where(c => c.First != LabelledDataset.IdColumn && !rows.Dropped.Contains(c.First))
            .Select(c => (reserved.Contains(c.First) ? $"source_{c.First}" : c.First, c.Second)));
        return new([.. columns.Select(c => c.Column)], [.. columns.Select(c => c.Cells)], "labels.csv");
    }

    private static string[]? Paths(SourceFolder source, SourceRows rows, ImageIndex images)
    {
        if (rows.ImagePaths is { } known)
        {
            return rows.ImageFolders.Any(f => Directory.Exists(Path.Combine(source.Root, f)))
                ? [.. known.Select(p => File.Exists(Path.Combine(source.Root, p)) ? p : "")] : null;
        }

        return images.FoldersFound == 0 ? null
            : [.. rows.Ids.Select((id, i) => images.Find(rows.ImageNames?[i] ?? id, $"{rows.Table.Source} row {rows.Table.FileRow(i)}") ?? "")];
    }

    private static Split[] LeakFreeSplit(SourceRows rows, string[] groups, PreparationOptions options, SeededRandom random, List<string> notes)
    {
        if (rows.GivenSplit is { } given)
        {
            var cut = GroupOverlap.Cut(groups, given).Length;
            if (cut == 0)
            {
                return given;
            }

            notes.Add($"The split that comes with the data set cuts {NumberText.Count(cut, "group")}, so `split` is drawn anew by group.");
        }

        return GroupedSplit.Assign(groups, CellMeaning.Values(rows.Labels[^1].Cells), options.Split, random, rows.Table);
    }

    private static Split[]? PublishedSplitOf(SourceRows rows, List<string> notes)
    {
        if (rows.GivenSplit is not null || rows.PublishedClasses is null)
        {
            return rows.GivenSplit;
        }

        try
        {
            return PublishedSplit.Assign(
                rows.PublishedClasses, new() { TestFraction = PublishedSplit.TestFraction, ValidationFraction = rows.PublishedValidation });
        }
        catch (InputException error)
        {
            notes.Add($"The published split cannot be made of these rows: {error.Message}");
            return null;
        }
    }

    private static void WriteUnmatched(string path, SourceRows rows, int[] without, string[] unused)
    {
        if (without.Length + unused.Length == 0)
        {
            return;
        }

        string[] kinds = [.. without.Select(_ => "row without image"), .. unused.Select(_ => "image without row")];
        string[] names = [.. without.Select(i => rows.Ids[i]), .. unused];
        string[] fileRows =
            [.. without.Select(i => rows.Table.FileRow(i).ToString(System.Globalization.CultureInfo.InvariantCulture)), .. unused.Select(_ => "")];
        new TextTable(["kind", "name", "source_row"], [kinds, names, fileRows], UnmatchedFile).Write(path);
    }
}
