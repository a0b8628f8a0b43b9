using System.CommandLine;
using EmbedKit.Alignment;
using EmbedKit.Cli.Terminal;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit embeddings …</c>: look into embedding files, change their format, put them together.</summary>
internal static class EmbeddingsCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "Embeddings as .parquet or .csv (any of the published layouts)." };
    private static readonly Argument<string[]> Files = new("FILE") { Description = "Two or more embedding files.", Arity = ArgumentArity.OneOrMore };
    private static readonly OutputOption Out = OutputOption.File(
        "File to write; the ending, .parquet or .csv, chooses the format.", EmbeddingFile.FilesOf);

    internal static readonly Option<bool> Half = new("--half")
    {
        Description = "Keep embeddings in half precision (float16): half the file, 11 significant bits. Parquet only.",
    };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "Labels CSV to join by image_id, when an image file and a text file are merged.",
    };

    internal static Command Create() => new("embeddings", "Look into embedding files, convert and merge them.")
    {
        Verb.Create("info", "Show rows, widths, columns, splits, provenance and the modality gap of a file.", [File], Info),
        Verb.Create("convert", "Read any supported layout and write Parquet or CSV.", [File, Out, Half], Convert),
        Verb.Create(
            "merge",
            "Put files together: an image file and a text file are joined by id; shards with the same columns are put below each other.",
            [Files, Out, Labels, Half],
            Merge),
    };

    private static CommandResult Info(CommandContext context)
    {
        var path = context.Arguments.GetRequiredValue(File);
        var set = EmbeddingFile.Read(path);
        var splits = set.Splits?.CountBy(s => Data.SplitText.Text(s)).ToDictionary() ?? [];
        var gap = set is { Image: not null, Text: not null } ? ModalityGap.Of(set) : null;
        var print = context.Out;
        print.WriteLine($"{path}");
        print.WriteLine(
            $"  rows        {set.Count:N0}{(splits.Count > 0 ? $" ({string.Join(", ", splits.Select(s => $"{s.Key} {s.Value:N0}"))})" : "")}");
        print.WriteLine($"  image       {Width(set.Image)}");
        print.WriteLine($"  text        {Width(set.Text)}");
        print.WriteLine($"  columns     {string.Join(", ", set.Table.ColumnNames)}");
        foreach (var (key, value) in set.Provenance.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            print.WriteLine($"  made with   {key} = {value}");
        }

        if (gap is not null)
        {
            print.WriteLine($"  gap         {gap.Norm:0.0000} between the centroids of unit rows (0 to 2)");
            print.WriteLine(
                $"  cosines     image {NumberText.Score(gap.MeanCosineWithinImage)}, text {NumberText.Score(gap.MeanCosineWithinText)}, " +
                $"between {NumberText.Score(gap.MeanCosineBetween)}, of pairs {NumberText.Score(gap.MeanCosineOfPairs)} (means)");
        }

        return new([], new
        {
            file = path,
            rows = set.Count,
            imageDimension = set.Image?.Dimension,
            textDimension = set.Text?.Dimension,
            columns = set.Table.ColumnNames,
            splits,
            provenance = set.Provenance,
            gap = gap is null ? null : GapJson(gap),
        });
    }

    internal static object GapJson(ModalityGap gap) => new
    {
        gap.Norm,
        gap.ImageResultantLength,
        gap.TextResultantLength,
        gap.MeanCosineWithinImage,
        gap.MeanCosineWithinText,
        gap.MeanCosineBetween,
        gap.MeanCosineOfPairs,
    };

    private static CommandResult Convert(CommandContext context) => Write(context, EmbeddingFile.Read(context.Arguments.GetRequiredValue(File)));

    private static CommandResult Merge(CommandContext context)
    {
        var paths = context.Arguments.GetRequiredValue(Files);
        if (paths.Length < 2)
        {
            throw new InputException("embeddings merge: one file; expected an image file and a text file, or two or more shards.");
        }

        var labels = context.Arguments.GetValue(Labels);
        var sets = paths.Select(EmbeddingFile.Read).ToArray();
        var image = Array.FindIndex(sets, s => s is { Image: not null, Text: null });
        var text = Array.FindIndex(sets, s => s is { Image: null, Text: not null });
        if (sets.Length == 2 && image >= 0 && text >= 0)
        {
            return Write(context, EmbeddingJoin.Modalities(sets[image], sets[text], labels is null ? null : Data.TextTable.Read(labels)));
        }

        return labels is null
            ? Write(context, EmbeddingJoin.Shards(sets))
            : throw new InputException("embeddings merge: --labels joins an image file with a text file; " +
                "these are shards, which carry their own labels. Leave --labels out.");
    }

    private static CommandResult Write(CommandContext context, EmbeddingSet set)
    {
        var path = context.Arguments.GetRequiredValue(Out);
        var half = context.Arguments.GetValue(Half);
        CheckHalf(path, half);
        EmbeddingFile.Write(path, half ? set.ToHalf() : set);
        context.Out.WriteLine($"{NumberText.Count(set.Count, "row")}; image {Width(set.Image)}, text {Width(set.Text)}");
        return new(
            [path], new { files = (string[])[path], rows = set.Count, imageDimension = set.Image?.Dimension, textDimension = set.Text?.Dimension });
    }

    /// <summary>Refuses half precision in a format that has none.</summary>
    internal static void CheckHalf(string path, bool half)
    {
        EmbeddingFile.CheckEnding(path);
        if (half && path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException(
                $"{path}: --half with CSV, which holds decimal numbers; expected a .parquet file. Leave --half out, or write Parquet.");
        }
    }

    private static string Width(EmbeddingMatrix? matrix) =>
        matrix is null ? "none" : $"{matrix.Dimension:N0} wide{(matrix.IsHalf ? ", half precision" : "")}";
}
