using EmbedKit.Data;

namespace EmbedKit.Datasets;

/// <summary>The rows of a data set as its files hold them, before texts, splits and images are looked at. N rows everywhere.</summary>
/// <param name="Table">The columns of the source, and those that a prompt needs beside them.</param>
/// <param name="Ids">The id of each row.</param>
/// <param name="Groups">The group of each row.</param>
/// <param name="Labels">The label columns, named <c>label_…</c>; the last is the finest, and splits keep its shares.</param>
internal sealed record SourceRows(TextTable Table, string[] Ids, string[] Groups, IReadOnlyList<(string Column, string[] Cells)> Labels)
{
    /// <summary>Folders below the source that hold images; empty when none is looked for.</summary>
    internal IReadOnlyList<string> ImageFolders { get; init; } = [];

    /// <summary>The image file of each row, with or without folder and ending, where that is not its id.</summary>
    internal string[]? ImageNames { get; init; }

    /// <summary>The image path of each row where the layout tells it exactly: then it is only checked, and images without row are not looked
    /// for.</summary>
    internal string[]? ImagePaths { get; init; }

    /// <summary>Makes a picture (second path, PNG) of an image that encoders cannot read (first path); null where images are taken as they
    /// are.</summary>
    internal Action<string, string>? Convert { get; init; }

    /// <summary>The time of each row; null where time is no way to split.</summary>
    internal string[]? Times { get; init; }

    /// <summary>Columns of the table that another column repeats, and that are not carried along.</summary>
    internal IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>The class of each row by which the published code splits; null where it does not split so.</summary>
    internal string[]? PublishedClasses { get; init; }

    /// <summary>Share of validation rows in the published split.</summary>
    internal double PublishedValidation { get; init; }

    /// <summary>The split that comes with the data set; null when there is none. It is also the leak-free one when it cuts no group.</summary>
    internal Split[]? GivenSplit { get; init; }

    /// <summary>Rows left out, as many as and why.</summary>
    internal IReadOnlyList<(int Rows, string Reason)> Exclusions { get; init; } = [];

    /// <summary>Other things to know, for the data card: one sentence each.</summary>
    internal IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Only the given rows, in the given order.</summary>
    internal SourceRows Select(IReadOnlyList<int> rows)
    {
        string[] Pick(string[] cells) => [.. rows.Select(r => cells[r])];
        return this with
        {
            Table = Table.Select(rows),
            Ids = Pick(Ids),
            Groups = Pick(Groups),
            Labels = [.. Labels.Select(l => (l.Column, Pick(l.Cells)))],
            ImageNames = ImageNames is null ? null : Pick(ImageNames),
            ImagePaths = ImagePaths is null ? null : Pick(ImagePaths),
            Times = Times is null ? null : Pick(Times),
            PublishedClasses = PublishedClasses is null ? null : Pick(PublishedClasses),
            GivenSplit = GivenSplit is null ? null : [.. rows.Select(r => GivenSplit[r])],
        };
    }
}
