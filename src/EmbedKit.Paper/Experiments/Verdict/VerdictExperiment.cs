using EmbedKit.Charts;
using EmbedKit.Evaluation;
using EmbedKit.Protocols;
using EmbedKit.Report;
using EmbedKit.Runtime;

namespace EmbedKit.Experiments;

/// <summary>Whether alignment with λ chosen without the test rows changes anything, and what choosing on them would have claimed.</summary>
/// <param name="run">The run.</param>
/// <param name="published">The published numbers.</param>
internal sealed class VerdictExperiment(Reproduction run, PublishedNumbers published) : Experiment
{
    private PublishedGain _largest = null!;
    private (ReproductionTask Task, EncoderPair Encoder, IReadOnlyList<LuckOfTheBest> Luck)? _luck;

    /// <inheritdoc/>
    public override string Name => "is it real";

    /// <inheritdoc/>
    public override IReadOnlyList<string> MainFiles => [run.VerdictPath()];

    /// <summary>Verdicts over all tasks, encoders and fusions, once measured.</summary>
    public IReadOnlyList<AlignmentVerdict> Verdicts { get; private set; } = [];

    /// <summary>The curve of each task, encoder and fusion, once measured.</summary>
    public IReadOnlyList<(ReproductionTask Task, EncoderPair Encoder, IReadOnlyList<LambdaCurve> Curves)> Curves { get; private set; } = [];

    /// <summary>Those verdicts whose λ validation rows chose by the best mean.</summary>
    public IReadOnlyList<AlignmentVerdict> Chosen => [.. Verdicts.Where(v => v.Selection == LambdaSelection.Validation)];

    /// <inheritdoc/>
    public override void Measure()
    {
        Verdicts = run.Verdicts();
        VerdictTable.Of(Verdicts).Write(run.VerdictPath());
        Curves = run.AllCurves();
        foreach (var (task, encoder, own) in Curves)
        {
            VerdictTable.Of(own).Write(CurvePath(task, encoder));
            foreach (var aligner in SweepRuns.Nulls)
            {
                run.Null(task, encoder, aligner);
            }
        }

        _largest = PublishedGain.Largest(published);
        _luck = (from task in run.Plan.Tasks
                 from encoder in run.Plan.Encoders
                 where Comparison.PublishedCurve(task, encoder, _largest.Curve.Fusion, published) == _largest.Curve
                 select ((ReproductionTask, EncoderPair, IReadOnlyList<LuckOfTheBest>)?)(task, encoder,
                     LuckOfTheBest.Of(run.Reseeded(task, encoder)))).FirstOrDefault();
    }

    /// <inheritdoc/>
    public override IEnumerable<ReportSection> Sections()
    {
        var chosen = Chosen;
        var curves = Curves.SelectMany(c => c.Curves).ToArray();
        yield return new()
        {
            Id = "verdict",
            Title = "Is it real?",
            Question = "Does alignment change macro-F1 by more than the accident of the test rows, when the test rows choose nothing?",
            Claims = [new(
                "Alignment improves the fusion classifiers, by up to 6.5 points of F1.",
                $"{PublishedNumbers.Paper}, results on embedding alignment")],
            Figures = [new(
                "verdict-figure",
                SweepVerdictChart.Create(chosen, curves, run.Plan.Provenance, "What alignment changes, and what it would have claimed"),
                "Dots: λ chosen on validation rows, against λ = 0 on the same test rows, with the 95 % interval from drawing whole groups (BCa); "
                    + "no interval where groups are too few. Crosses: the best λ of the grid on the test rows, which cannot lose, whatever λ does. "
                    + "Orange: what that best claims when λ does nothing (White's reality check on the same test rows), from its mean to what it "
                    + "stays below 95 times in 100.")],
            Findings = [VerdictFindings.Summary(chosen), VerdictFindings.Intervals(chosen), .. Luck(),
                .. chosen.Where(v => v.Test.Verdict is Verdict.FirstBetter or Verdict.SecondBetter).Select(v => v.InWords),
                "Seeds are averaged inside every draw of test rows: they show the spread of training and stand for no patients. All intervals and "
                    + "p-values draw or swap whole groups (lesion, patient, city); p is corrected over data set × encoder × fusion (Holm)."],
            Tables = [new(
                "λ chosen without the test rows against λ = 0, leak-free, macro-F1 on test rows",
                ["comparison", "judgement", "λ by validation", "change in points (95 % interval)", "p", "corrected", "λ by one s.e.",
                    "change (95 % interval)", "λ by test", "claimed", "when λ does nothing (95 %)"],
                [.. chosen.Zip(curves).Select(pair => Line(Verdicts, pair.First, pair.Second))])],
            Files =
            [
                new("verdict.csv: every comparison", run.Link(run.VerdictPath())),
                .. from c in Curves
                   from path in (string[])[CurvePath(c.Task, c.Encoder),
                       .. SweepRuns.Nulls.Select(n => run.SweepPath(c.Task, c.Encoder, Protocol.LeakFree, n))]
                   select new ReportLink(Path.GetFileName(path), run.Link(path)),
            ],
        };
    }

    private string CurvePath(ReproductionTask task, EncoderPair encoder) => run.SweepPath(task, encoder, Protocol.LeakFree, "curve");

    private IEnumerable<string> Luck()
    {
        var (curve, gain) = (_largest.Curve, _largest);
        if (_luck is not { } luck)
        {
            yield break;
        }

        yield return $"The paper's text claims up to 6.5 points. The largest gain in its published curves is {NumberText.Points(gain.Gain)} of "
            + $"macro-F1 ({curve.DataSet}, {curve.Encoder}, {curve.Fusion}, λ = {NumberText.Lambda(gain.Lambda)}; {curve.Source}), the best of "
            + $"{curve.Points.Count} λ on {gain.TestRows} test rows, one run each, no seed set. "
            + $"Beside it, what luck alone gives: {luck.Luck[0].Runs} models of {luck.Task.Title}, {luck.Encoder.Name}, all at λ = 0, alike but "
            + "for their seed, the epoch chosen on the test rows as published, texts without the label: "
            + VerdictFindings.Luck(luck.Luck)
            + $" This is on {Curves.First(c => c.Task == luck.Task).Curves[0].Rows} test rows of synthetic data: fewer rows scatter more, so sizes "
            + $"do not carry over to the {gain.TestRows} published ones; the mechanism does.";
    }

    private static string[] Line(IReadOnlyList<AlignmentVerdict> all, AlignmentVerdict chosen, LambdaCurve curve)
    {
        var rule = all.FirstOrDefault(v => v.Selection == LambdaSelection.OneStandardError && v.Title == chosen.Title);
        static string Change(AlignmentVerdict? v) =>
            v is null ? "–" : v.ChoseNoShift ? "–" : $"{NumberText.PointsOnly(v.Test.Difference)} ({v.Interval})";
        static string Lambda(AlignmentVerdict? v) => v is null ? "–" : NumberText.Lambda(v.Lambdas[0]);
        return
        [
            chosen.Title, chosen.Judgement, Lambda(chosen), Change(chosen), NumberText.P(chosen.Test.P), NumberText.P(chosen.Test.AdjustedP),
            Lambda(rule), Change(rule),
            NumberText.Lambda(curve.Best.Lambda), NumberText.PointsOnly(curve.Claim.Observed), curve.EnoughGroups
                ? $"{NumberText.PointsOnly(curve.Claim.Expected)} (up to {NumberText.PointsOnly(curve.Claim.High)})" : "too few groups",
        ];
    }
}
