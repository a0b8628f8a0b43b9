namespace EmbedKit.Protocols.Audit;

/// <summary>
/// Which words of the text are no honest information but the label, or something decided together with it. Four rules, each a size and a
/// certainty (bounds and p-values count one row a group): see the folder's README.
/// </summary>
internal sealed class TextCheck(AuditTable table, LabelTarget target, TextFeatures features, ToldFields told, AuditOptions options)
{
    private const double RepeatsAuc = 0.95, RepeatsAucBound = 0.9, DecidesExceptions = 0.01, DecidesRatio = 50, DecidesCoverage = 0.1;
    private const int MostLeaks = 5, MostWords = 20;

    // Classes so named say nothing about a text that holds the word.
    private static readonly HashSet<string> Answers = ["yes", "no", "true", "false", "present", "absent", "none", "other", "and", "with", "of"];
    private readonly int[] _both = Count(target, features);

    /// <summary>A word or pair that breaks a rule.</summary>
    /// <param name="Feature">Which.</param>
    /// <param name="Class">For which class.</param>
    /// <param name="Presence">Its counts.</param>
    /// <param name="Rule">Which rule.</param>
    internal sealed record Finding(int Feature, int Class, Presence Presence, TextRule Rule);

    internal IReadOnlyList<WordFinding> Words() =>
    [
        .. Enumerable.Range(0, features.Names.Length).Select(f => (Feature: f, Best: Best(f))).Where(f => f.Best is not null)
            .OrderByDescending(f => Math.Abs(f.Best!.Value.Presence.Auc - 0.5)).Take(MostWords)
            .Select(f => new WordFinding(
                features.Names[f.Feature], target.Column, target.Classes[f.Best!.Value.Class], f.Best.Value.Presence.Auc,
                features.RowCounts[f.Feature], told.FieldOf(f.Feature))),
    ];

    /// <summary>The leaks: the most telling finding of each field, and of words that repeat no field at most five that do not stand in the same
    /// rows.</summary>
    internal IReadOnlyList<(Finding Finding, string? Field)> Leaks()
    {
        var found = Enumerable.Range(0, features.Names.Length).Select(Judge).OfType<Finding>()
            .OrderBy(f => f.Rule).ThenByDescending(f => f.Presence.Auc).ThenBy(f => f.Presence.Holding).ToArray();
        var byField = found.Where(f => Owner(f) is not null).GroupBy(f => Owner(f)!, StringComparer.Ordinal)
            .Select(g => (Finding: g.First(), Field: (string?)g.Key)).ToList();
        var covered = found.Where(f => Owner(f) is not null).Select(f => f.Feature).ToList();
        foreach (var finding in found.Where(f => Owner(f) is null))
        {
            if (byField.Count(l => l.Field is null) < MostLeaks && !covered.Any(other => SameRows(finding.Feature, other)))
            {
                byField.Add((finding, null));
                covered.Add(finding.Feature);
            }
        }

        return byField;
    }

    private Presence PresenceOf(int feature, int c)
    {
        var (classes, holding) = (target.Classes.Length, 0);
        for (var k = 0; k < classes; k++)
        {
            holding += _both[(feature * classes) + k];
        }

        return new(_both[(feature * classes) + c], holding, target.UnitsOfClass[c], target.Units.Length);
    }

    private string? Owner(Finding finding) => told.FieldOf(finding.Feature) ?? (table.Texts is null ? null : Recorded(finding.Feature));

    private static int[] Count(LabelTarget target, TextFeatures features)
    {
        var classes = target.Classes.Length;
        var both = new int[features.Names.Length * classes];
        foreach (var row in target.Units)
        {
            foreach (var feature in features.OfRow[row])
            {
                both[(feature * classes) + target.OfRow[row]]++;
            }
        }

        return both;
    }

    private IEnumerable<int> JudgedClasses() => Enumerable.Range(0, target.Classes.Length).Where(target.IsJudged);

    private (int Class, Presence Presence)? Best(int feature) => JudgedClasses().Select(c => ((int, Presence)?)(c, PresenceOf(feature, c)))
        .Where(p => p!.Value.Item2.Holding > 0).MaxBy(p => Math.Abs(p!.Value.Item2.Auc - 0.5));

    private Finding? Judge(int feature)
    {
        Finding? best = null;
        var recorded = told.FieldOf(feature) is { } field && IsRecorded(field) ? field : Recorded(feature);
        foreach (var c in JudgedClasses())
        {
            var presence = PresenceOf(feature, c);
            if (presence.Both > 0 && presence.Auc > 0.5 && RuleOf(feature, c, presence, recorded is not null) is { } rule
                && (best is null || (rule, -presence.Auc).CompareTo((best.Rule, -best.Presence.Auc)) < 0))
            {
                best = new(feature, c, presence, rule);
            }
        }

        return best;
    }

    private TextRule? RuleOf(int feature, int c, Presence presence, bool recorded)
    {
        if (presence.Auc >= RepeatsAuc && presence.LeastAuc >= RepeatsAucBound)
        {
            return TextRule.Repeats;
        }

        if (presence.Coverage >= DecidesCoverage && presence.Holding - presence.Both <= DecidesExceptions * presence.Holding
            && presence.MostExceptions <= DecidesExceptions && presence.LeastLikelihoodRatio >= DecidesRatio)
        {
            return TextRule.Decides;
        }

        return table.Texts is not null && IsNameOf(features.Names[feature], target.Classes[c]) && presence.P <= Association.Certain ? TextRule.Names
            : recorded && presence.P <= Association.Certain ? TextRule.Recorded
            : null;
    }

    /// <summary>Whether a word or pair is the class's name, case and separators apart.</summary>
    private static bool IsNameOf(string words, string name)
    {
        var spelled = string.Join(' ', TextFeatures.Words(name.Replace('_', ' ')));
        return spelled.Length >= 2 && spelled.Any(char.IsLetter) && !Answers.Contains(spelled) && words.Replace('_', ' ') == spelled;
    }

    private bool IsRecorded(string field) => KnownFields.RecordedWithLabel.ContainsKey(field) || options.RecordedWithLabel.Contains(field);

    /// <summary>The field recorded with the label that a text tells without the table having it, by the words known for it.</summary>
    private string? Recorded(int feature)
    {
        if (table.Texts is null)
        {
            return null;
        }

        var words = features.Names[feature].Split(' ');
        return KnownFields.RecordedWithLabel.FirstOrDefault(f => f.Value.Contains(words[0])).Key;
    }

    private bool SameRows(int feature, int other)
    {
        var together = 0;
        foreach (var row in features.OfRow)
        {
            together += row.Contains(feature) && row.Contains(other) ? 1 : 0;
        }

        return together >= 0.9 * Math.Min(features.RowCounts[feature], features.RowCounts[other]);
    }
}
