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
    /// <param name="images">Images or embeddings, to look for duplicates; or null.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="InputException">A named column is missing, no label column can be told, a label with one value, a split cell that is no
    /// split.</exception>
    public static AuditReport Run(
        TextTable table, AuditOptions? options, RandomStreams random, ImageEvidence? images = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(random);
        options ??= new();
        options.Validate();
        var audited = new AuditTable(table, options, random.Create("audit/parts"));
        LabelTarget[] targets = [.. audited.Labels.Select(l => new LabelTarget(audited, l))];
        FieldCodes[] fields = [.. audited.Fields.Select(f => FieldCodes.Read(f, table[f])).OfType<FieldCodes>()];
        var duplicates = images is null ? ((DuplicateFinding Finding, Leak? Leak)?)null
            : DuplicateCheck.Find(audited, targets, images, random.Derive("audit/duplicates"), cancellation);
        var parts = targets.Select(t => new LabelAudit(audited, t, fields, options, random.Derive($"audit/{t.Column}")).Run()).ToArray();
        var groups = audited.Splits is { } splits ? GroupLeak.Find(audited, splits, targets[0], random.Create("audit/group")) : null;
        return new()
        {
            Rows = audited.Count,
            Groups = audited.GroupCount,
            TestRows = audited.Splits?.Count(s => s == Split.Test),
            TestRowsSharingGroupWithTrain = groups?.TestRows,
            TextColumn = audited.TextColumn,
            Leaks = [.. new[] { groups?.Leak, duplicates?.Leak }.OfType<Leak>(), .. parts.SelectMany(p => p.Leaks)],
            Fields = [.. parts.SelectMany(p => p.Fields)],
            Words = [.. parts.SelectMany(p => p.Words)],
            Text = [.. parts.Select(p => p.Text).OfType<TextFinding>()],
            Balance = [.. targets.SelectMany(t => ClassBalance.Of(audited, t))],
            Shifts = audited.Splits is { } sides ? ShiftCheck.Find(audited, targets, sides, random.Create("audit/shift")) : [],
            SharedGroups = groups?.Examples ?? [],
            Duplicates = duplicates?.Finding,
            Notes = [.. audited.Notes,
                .. images?.Notes ?? ["Neither images nor embeddings were given (--images, --embeddings): duplicates were not looked for."],
                .. parts.SelectMany(p => p.Notes)],
        };
    }
}
