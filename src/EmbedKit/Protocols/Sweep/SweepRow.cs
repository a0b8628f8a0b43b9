using System.Globalization;
using EmbedKit.Data;

namespace EmbedKit.Protocols.Sweep;

/// <summary>One model on the rows of one split: a row of <c>sweep.csv</c>.</summary>
public sealed record SweepRow
{
    /// <summary>The columns of the file, in order.</summary>
    public static IReadOnlyList<string> ColumnNames { get; } =
    [
        "dataset", "encoder", "protocol", "fusion", "hidden", "aligner", "shift_at", "lambda", "sigma", "seed", "fold", "split", "epoch", "epochs_run",
        "accuracy", "f1_macro", "f1_weighted", "auc_ovr", "gap_before", "gap_after",
    ];

    /// <summary>The data set.</summary>
    public required string Dataset { get; init; }

    /// <summary>The encoder pair.</summary>
    public required string Encoder { get; init; }

    /// <summary><c>leak-free</c> or <c>published</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary><c>early</c>, <c>late</c>, <c>image</c> or <c>text</c>.</summary>
    public required string Fusion { get; init; }

    /// <summary>Hidden widths, joined by <c>-</c>; 0 for a linear probe.</summary>
    public required string Hidden { get; init; }

    /// <summary>The shift, by name.</summary>
    public required string Aligner { get; init; }

    /// <summary><c>train+test</c> or <c>test</c>.</summary>
    public required string ShiftAt { get; init; }

    /// <summary>λ; null, written as an empty cell, for an aligner without.</summary>
    public required double? Lambda { get; init; }

    /// <summary>σ.</summary>
    public required double Sigma { get; init; }

    /// <summary>From 0.</summary>
    public required int Seed { get; init; }

    /// <summary>From 0; always 0 while a sweep runs on one split.</summary>
    public required int Fold { get; init; }

    /// <summary>The rows measured.</summary>
    public required Split Split { get; init; }

    /// <summary>The epoch whose weights were measured.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs trained.</summary>
    public required int EpochsRun { get; init; }

    /// <summary>0–1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>0–1.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>0–1.</summary>
    public required double WeightedF1 { get; init; }

    /// <summary>0–1; null, written as an empty cell, where a class has no rows or all.</summary>
    public required double? Auc { get; init; }

    /// <summary>‖mean image − mean text‖ of these rows before the shift, prepared as the model's rows are; NaN, written as an empty cell, for one modality alone.</summary>
    public required double GapBefore { get; init; }

    /// <summary>The same after the shift.</summary>
    public required double GapAfter { get; init; }

    /// <summary>The model measured.</summary>
    public SweepModel Model => new(Fusion, Hidden, Aligner, Lambda, Sigma, Seed, Fold);

    /// <summary>The cells, in the order of <see cref="ColumnNames"/>; numbers in the shortest form that reads back the same.</summary>
    public IReadOnlyList<string> Cells() =>
    [
        Dataset, Encoder, Protocol, Fusion, Hidden, Aligner, ShiftAt, Lambda is { } lambda ? Text(lambda) : "", Text(Sigma), Text(Seed), Text(Fold), Split.Text(), Text(Epoch), Text(EpochsRun),
        Text(Accuracy), Text(MacroF1), Text(WeightedF1), Auc is { } auc ? Text(auc) : "", Gap(GapBefore), Gap(GapAfter),
    ];

    /// <summary>Reads cells back.</summary>
    internal static SweepRow Parse(IReadOnlyList<string> cells)
    {
        double Number(int i) => double.Parse(cells[i], CultureInfo.InvariantCulture);
        double Gap(int i) => cells[i].Length == 0 ? double.NaN : Number(i);
        int Whole(int i) => int.Parse(cells[i], CultureInfo.InvariantCulture);
        return new()
        {
            Dataset = cells[0],
            Encoder = cells[1],
            Protocol = cells[2],
            Fusion = cells[3],
            Hidden = cells[4],
            Aligner = cells[5],
            ShiftAt = cells[6],
            Lambda = cells[7].Length == 0 ? null : Number(7),
            Sigma = Number(8),
            Seed = Whole(9),
            Fold = Whole(10),
            Split = SplitText.Parse(cells[11], "sweep row"),
            Epoch = Whole(12),
            EpochsRun = Whole(13),
            Accuracy = Number(14),
            MacroF1 = Number(15),
            WeightedF1 = Number(16),
            Auc = cells[17].Length == 0 ? null : Number(17),
            GapBefore = Gap(18),
            GapAfter = Gap(19),
        };
    }

    /// <summary>The rows of a table that <see cref="ToTable"/> made, or of a file that a sweep wrote.</summary>
    /// <param name="table">The table.</param>
    public static IReadOnlyList<SweepRow> OfTable(TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return [.. Enumerable.Range(0, table.RowCount).Select(r => Parse([.. table.Columns.Select(c => c[r])]))];
    }

    /// <summary>Rows as a table.</summary>
    /// <param name="rows">At least one.</param>
    public static TextTable ToTable(IReadOnlyList<SweepRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return TextTable.OfRows(ColumnNames, rows.Select(r => r.Cells()), "sweep.csv");
    }

    private static string Gap(double value) => double.IsNaN(value) ? "" : Text(value);

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
