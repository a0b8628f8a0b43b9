using EmbedKit.Data;

namespace EmbedKit.Protocols.Audit;

/// <summary>Rows and groups of each class on each side.</summary>
internal static class ClassBalance
{
    internal static IEnumerable<BalanceRow> Of(AuditTable table, LabelTarget target) =>
        from c in Enumerable.Range(0, target.Classes.Length)
        let rows = target.Rows.Where(r => target.OfRow[r] == c).ToArray()
        from side in table.Splits is null ? [("all", rows)]
            : rows.GroupBy(r => table.Splits[r]).OrderBy(g => g.Key).Select(g => (g.Key.Text(), g.ToArray()))
        select new BalanceRow(
            target.Column, target.Classes[c], side.Item1, side.Item2.Length, side.Item2.Select(r => table.Groups[r]).Distinct().Count());
}
