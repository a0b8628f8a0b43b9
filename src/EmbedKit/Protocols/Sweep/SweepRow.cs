using System.Globalization;
using EmbedKit.Data;

namespace EmbedKit.Protocols.Sweep;

/// <summary>One model on the rows of one split: a row of <c>sweep.csv</c>.</summary>
public sealed record SweepRow
{
    /// <summary>The columns of the file, in order; numbers in the shortest form that reads back the same.</summary>
    public static Columns<SweepRow> Columns { get; } = new Columns<SweepRow>("sweep.csv")
        .Text("dataset", r => r.Dataset).Text("encoder", r => r.Encoder).Text("protocol", r => r.Protocol).Text("fusion", r => r.Fusion)
        .Text("hidden", r => r.Hidden)
        .Text("aligner", r => r.Aligner).Text("shift_at", r => r.ShiftAt).Number("lambda", r => r.Lambda).Number("sigma", r => r.Sigma)
        .Number("seed", r => r.Seed)
        .Number("fold", r => r.Fold).Text("split", r => r.Split.Text()).Number("epoch", r => r.Epoch).Number("epochs_run", r => r.EpochsRun)
        .Number("accuracy", r => r.Accuracy).Number("f1_macro", r => r.MacroF1).Number("f1_weighted", r => r.WeightedF1).Number("auc_ovr", r => r.Auc)
        .Number("gap_before", r => r.GapBefore).Number("gap_after", r => r.GapAfter);

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

    /// <summary>‖mean image − mean text‖ of these rows before the shift, prepared as the model's rows are; NaN, written as an empty cell, for one
    /// modality alone.</summary>
    public required double GapBefore { get; init; }

    /// <summary>The same after the shift.</summary>
    public required double GapAfter { get; init; }

    /// <summary>The model measured.</summary>
    public SweepModel Model => new(Fusion, Hidden, Aligner, Lambda, Sigma, Seed, Fold);

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

    /// <summary>The rows of a table that <see cref="Columns"/> made, or of a file that a sweep wrote.</summary>
    /// <param name="table">The table.</param>
    public static IReadOnlyList<SweepRow> OfTable(TextTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return [.. Enumerable.Range(0, table.RowCount).Select(r => Parse([.. table.Columns.Select(c => c[r])]))];
    }
}
