using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>
/// Looks for ways in which a labels table tells the label without a model having learned anything: groups across splits, text that says the
/// label, empty cells and sites that depend on it, columns fitted with test rows. Works on any table; see the folder's README for the rules.
/// </summary>
public static class LeakAudit
{
    /// <summary>Audits a table.</summary>
    /// <param name="table">Rows as read from a CSV file.</param>
    /// <param name="options">Columns and their roles; null guesses them.</param>
    /// <param name="random">Exchanges labels for the baselines; the same streams give the same report.</param>
    /// <exception cref="InputException">A named column is missing, no label column can be told, a label with one value, a split cell that is no split.</exception>
    public static AuditReport Run(TextTable table, AuditOptions? options, RandomStreams random)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(random);
        options ??= new();
        options.Validate();
        var audited = new AuditTable(table, options, random.Create("audit/parts"));
        LabelTarget[] targets = [.. audited.Labels.Select(l => new LabelTarget(audited, l))];
        FieldCodes[] fields = [.. audited.Fields.Select(f => FieldCodes.Read(f, table[f])).OfType<FieldCodes>()];
        var leaks = new List<Leak>();
        var sharing = audited.Splits is null ? null : GroupCheck.SharingRows(audited, Split.Test);
        var validation = audited.Splits is null ? [] : GroupCheck.SharingRows(audited, Split.Validation);
        if (sharing?.Length + validation.Length > 0)
        {
            leaks.Add(GroupLeak(audited, targets[0], sharing!.Length, validation.Length, random));
        }

        var parts = targets.Select(t => new LabelAudit(audited, t, fields, options, random.Derive($"audit/{t.Column}")).Run()).ToArray();
        return new()
        {
            Rows = audited.Count,
            Groups = audited.GroupCount,
            TestRows = audited.Splits?.Count(s => s == Split.Test),
            TestRowsSharingGroupWithTrain = sharing?.Length,
            Leaks = [.. leaks, .. parts.SelectMany(p => p.Leaks)],
            Fields = [.. parts.SelectMany(p => p.Fields)],
            Words = [.. parts.SelectMany(p => p.Words)],
            Text = [.. parts.Select(p => p.Text).OfType<TextFinding>()],
            Balance = [.. targets.SelectMany(t => ClassBalance.Of(audited, t))],
            SharedGroups = sharing is null ? [] : GroupCheck.Examples(audited, sharing.Concat(validation)),
            Notes = [.. audited.Notes, .. parts.SelectMany(p => p.Notes)],
        };
    }

    private static Leak GroupLeak(AuditTable table, LabelTarget target, int test, int validation, RandomStreams random)
    {
        var (auc, baseline) = GroupCheck.Worth(table, target, random.Create("audit/group"));
        var of = table.Splits!.Count(s => s == Split.Test);
        var also = validation > 0 ? FormattableString.Invariant($" So do {validation} validation rows.") : "";
        return new(LeakKind.Group, table.GroupColumn ?? "id", target.Column, auc, baseline, test + validation,
            FormattableString.Invariant($"{test} of {of} test rows share a {table.GroupColumn ?? "id"} with training rows.{also} A model can recognise the group instead of the finding: ") +
            FormattableString.Invariant($"the label of a test row read off its group's training rows alone has AUC {auc:0.000}."),
            $"Split by {table.GroupColumn ?? "id"}, so that each group is on one side: `embedkit data split`.");
    }
}
