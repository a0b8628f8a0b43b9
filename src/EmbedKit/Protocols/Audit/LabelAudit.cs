using EmbedKit.Data;
using EmbedKit.Data.Cells;
using EmbedKit.Runtime;

namespace EmbedKit.Protocols.Audit;

/// <summary>Everything the audit asks about one label column.</summary>
internal sealed class LabelAudit
{
    private const double SiteAuc = 0.65, WholeTextAuc = 0.99;
    private const int FewestUnits = 100;
    private readonly AuditTable _table;
    private readonly LabelTarget _target;
    private readonly FieldCodes[] _fields;
    private readonly AuditOptions _options;
    private readonly int[][] _exchanged;
    private readonly HashSet<string> _otherForms;
    private readonly List<Leak> _leaks = [];
    private readonly List<string> _notes = [];

    internal LabelAudit(AuditTable table, LabelTarget target, FieldCodes[] fields, AuditOptions options, RandomStreams random)
    {
        (_table, _target, _options) = (table, target, options);
        _exchanged = Strength.Exchanges(target, options.Permutations, random.Create("exchange"));
        _fields = fields;
        _otherForms = [.. fields.Where(IsOtherForm).Select(f => f.Name)];
    }

    /// <summary>What was found.</summary>
    internal sealed record Result(
        IReadOnlyList<Leak> Leaks, IReadOnlyList<FieldFinding> Fields, IReadOnlyList<WordFinding> Words, TextFinding? Text,
        IReadOnlyList<string> Notes);

    internal Result Run()
    {
        FieldCodes[] judged = _table.Texts is null ? [.. _fields.Where(f => !_otherForms.Contains(f.Name) && !IsSite(f.Name))] : _fields;
        var features = _table.Texts is null ? TextFeatures.OfFields(judged, _table.Count) : TextFeatures.OfTexts(_table.Texts);
        var label = FieldCodes.Read(_target.Column, _table.Table[_target.Column]);
        var told = _table.Texts is null ? ToldFields.Everything(judged)
            : ToldFields.Find(_table, features, [.. new[] { label }.OfType<FieldCodes>(), .. _fields]);
        var strengths = _fields.ToDictionary(f => f.Name, StrengthOf, StringComparer.Ordinal);
        var check = new TextCheck(_table, _target, features, told, _options);
        foreach (var (finding, field) in check.Leaks())
        {
            _leaks.Add(TextLeak(finding, field, features, field is null ? null : strengths.GetValueOrDefault(field)));
        }

        var text = WholeText(features);
        foreach (var field in _fields)
        {
            Site(field, strengths[field.Name]);
            Missingness(field);
            TargetFit(field);
        }

        if (_otherForms.Count > 0)
        {
            _notes.Add(
                $"{string.Join(", ", _otherForms.Order(StringComparer.Ordinal))}: another form of {_target.Column}, one fixing the other in every "
                    + "row. Never put it into the text or among inputs.");
        }

        return new(
            [.. _leaks.OrderBy(l => l.Kind).ThenByDescending(l => l.Auc)],
            [.. _fields.Select(f => Finding(f, strengths[f.Name], told)).OrderByDescending(f => f.Auc)],
            check.Words(), text, _notes);
    }

    /// <summary>Whether the field fixes the class or the class fixes the field, in every row that has both.</summary>
    private bool IsOtherForm(FieldCodes field)
    {
        if (IsSite(field.Name) || field.Name == _table.GroupColumn)
        {
            return false;
        }

        var (values, classes) = (new Dictionary<int, int>(), new Dictionary<int, int>());
        var (fieldFixes, classFixes, rows) = (true, true, 0);
        foreach (var row in _target.Rows.Where(r => !field.Missing[r]))
        {
            rows++;
            var (value, c) = (field.OfRow[row], _target.OfRow[row]);
            fieldFixes &= !values.TryGetValue(value, out var known) ? values.TryAdd(value, c) : known == c;
            classFixes &= !classes.TryGetValue(c, out var other) ? classes.TryAdd(c, value) : other == value;
        }

        return values.Count > 1 && classes.Count > 1 && rows >= 5 * values.Count
            && ((fieldFixes && values.Values.Distinct().Skip(1).Any()) || (classFixes && classes.Values.Distinct().Skip(1).Any()));
    }

    private bool IsSite(string field) => KnownFields.IsSite(field) || _options.Sites.Contains(field);

    private Strength StrengthOf(FieldCodes field) => StrengthOf(field.OfRow, field.Values.Length);

    private Strength StrengthOf(int[] valueOfRow, int values)
    {
        var fit = new CrossFit(_table, _target, valueOfRow, values);
        return Strength.Of(_target, labels => fit.Auc(labels, _target.Classes.Length), _exchanged);
    }

    private Leak TextLeak(TextCheck.Finding finding, string? field, TextFeatures features, Strength? ofField)
    {
        var strength = ofField ?? StrengthOf([.. features.OfRow.Select(words => words.Contains(finding.Feature) ? 1 : 0)], 2);
        var (words, presence, named) = (features.Names[finding.Feature], finding.Presence, SameText.Escaped(_target.Classes[finding.Class]));
        var where = _table.Texts is null ? $"'{words}'" : $"\"{words}\" in {_table.TextColumn}";
        var tells = field is null || _table.Texts is null ? where : field == _target.Column ? $"{where} repeats the label" : $"{where} tells {field}";
        var why = finding.Rule switch
        {
            TextRule.Repeats => $"it stands with {_target.Column} = {named} and hardly elsewhere",
            TextRule.Decides =>
                $"{presence.InWords} {named}: no measurement decides so, it was set together with the label",
            TextRule.Names => $"it is the name of the class {named}",
            _ =>
                $"it is recorded together with the label: {presence.InWords} {named}, "
                    + FormattableString.Invariant($"against {presence.OfClass} of {presence.All} overall"),
        };
        var leaves = _table.Texts is null ? "Keep it out of the text and of every input."
            : "Leave it out of the text: embedkit data prepare … --prompt leak-free, or a template of your own.";
        return new(LeakKind.Text, field ?? words, _target.Column, strength.Auc, strength.Baseline, features.RowCounts[finding.Feature],
            FormattableString.Invariant(
                $"{tells}: {why}. Alone it tells the label with AUC {strength.Auc:0.000} (chance {strength.Baseline:0.000})."), leaves);
    }

    private TextFinding? WholeText(TextFeatures features)
    {
        if (features.Names.Length == 0)
        {
            return null;
        }

        var probe = new TextProbe(_table, _target, features);
        var strength = Strength.Of(_target, probe.Auc, [.. _exchanged.Take(Math.Max(3, _exchanged.Length / 4))]);
        if (_table.Texts is not null && strength.Auc >= WholeTextAuc && _target.Units.Length >= FewestUnits
            && !_leaks.Any(l => l.Kind == LeakKind.Text))
        {
            _leaks.Add(new(LeakKind.Text, _table.TextColumn!, _target.Column, strength.Auc, strength.Baseline, _target.Rows.Length,
                FormattableString.Invariant($"The words of {_table.TextColumn} alone tell {_target.Column} with AUC {strength.Auc:0.000} ")
                    + FormattableString.Invariant($"(chance {strength.Baseline:0.000}), ")
                    + "though no single one decides it: the label was probably made from this text.",
                "Find out how the label was made; use a text written before it was known."));
        }

        return new(_target.Column, strength.Auc, strength.Baseline);
    }

    private void Site(FieldCodes field, Strength strength)
    {
        if (IsSite(field.Name) && strength.Class >= 0 && strength.ClassAuc >= SiteAuc
            && Association.LeastP(_target, field.OfRow, field.Values.Length, strength.Class) <= Association.Certain)
        {
            _leaks.Add(new(LeakKind.Site, field.Name, _target.Column, strength.Auc, strength.Baseline, _target.Rows.Length,
                FormattableString.Invariant($"{field.Name} tells {_target.Column} = {SameText.Escaped(_target.Classes[strength.Class])} with AUC ") +
                FormattableString.Invariant($"{strength.ClassAuc:0.000} (chance {strength.ClassBaseline:0.000}). ") +
                "Images show where they were made (colour, frame, resolution), so a model can tell the site and from it the label.",
                $"Report results by {field.Name}, test on a site that was not trained on, or balance classes within each."));
        }
    }

    private void Missingness(FieldCodes field)
    {
        if (!field.Missing.Contains(true))
        {
            return;
        }

        int[] missing = [.. field.Missing.Select(m => m ? 1 : 0)];
        var strength = StrengthOf(missing, 2);
        if (strength.Class < 0 || strength.ClassAuc < MissingnessCheck.FewestAuc
            || Association.LeastP(_target, missing, 2, strength.Class) > Association.Certain)
        {
            return;
        }

        var empty = field.Missing.Count(m => m);
        if (MissingnessCheck.ExplainedBy(field, strength.Class, _target, _fields.Where(f => !_otherForms.Contains(f.Name))) is { } other)
        {
            _notes.Add($"{field.Name} is empty by class, but only as far as {other} says so: that is {other}'s information.");
            return;
        }

        _leaks.Add(new(LeakKind.Missingness, field.Name, _target.Column, strength.Auc, strength.Baseline, empty,
            $"Whether {field.Name} is empty ({NumberText.Count(empty, "row")}) tells {_target.Column} = " +
            FormattableString.Invariant($"{SameText.Escaped(_target.Classes[strength.Class])} with AUC {strength.ClassAuc:0.000} (chance ") +
            FormattableString.Invariant($"{strength.ClassBaseline:0.000}), ") +
            "and no other field explains it: how a row was recorded depends on its label.",
            $"Do not let the text say that {field.Name} is missing; impute it alike in every class, or leave it out."));
    }

    private void TargetFit(FieldCodes field)
    {
        if (_table.Splits is null || _otherForms.Contains(field.Name))
        {
            return;
        }

        var (found, test) = ("", _table.Splits.Count(s => s != Data.Split.Train));
        if (TargetFitCheck.IsStandardised(field, _table.Splits, _table.Table[field.Name]))
        {
            found = $"{field.Name} has mean 0 and deviation 1 over all rows but not over the training rows: test rows took part in its scaling.";
        }
        else if (TargetFitCheck.IsMeanLabel(field, _table, _target, _fields) is { } by)
        {
            var what = by.Class is null ? $"mean {_target.Column}" : $"share of {_target.Column} = {SameText.Escaped(by.Class)}";
            found = $"{field.Name} is the {what} of all rows "
                + $"with the same {by.Column}, test rows among them: it holds their labels.";
        }

        if (found.Length > 0)
        {
            var strength = StrengthOf(field);
            _leaks.Add(
                new(
                    LeakKind.TargetFit, field.Name, _target.Column, strength.Auc, strength.Baseline, test, found,
                    "Compute it from training rows alone, and apply it to the others."));
        }
    }

    private FieldFinding Finding(FieldCodes field, Strength strength, ToldFields told)
    {
        var remarks = new List<string>();
        if (_otherForms.Contains(field.Name))
        {
            remarks.Add("another form of the label");
        }

        if (KnownFields.RecordedWithLabel.ContainsKey(field.Name) || _options.RecordedWithLabel.Contains(field.Name))
        {
            remarks.Add("recorded with the label");
        }

        if (IsSite(field.Name))
        {
            remarks.Add("site");
        }

        return new(
            field.Name, _target.Column, strength.Auc, strength.Baseline, strength.Class < 0 ? ""
                : _target.Classes[strength.Class], strength.ClassAuc, strength.ClassBaseline,
            _table.Texts is not null && told.Contains(field.Name), string.Join(", ", remarks));
    }
}
