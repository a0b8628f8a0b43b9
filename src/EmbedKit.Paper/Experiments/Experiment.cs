using EmbedKit.Report;

namespace EmbedKit.Experiments;

/// <summary>
/// One experiment of the paper: what it measures in a run and writes as tables, and its part of the page. It lives in one file or folder and
/// has one line in <see cref="Of"/>.
/// </summary>
public abstract class Experiment
{
    /// <summary>What it is called where the seconds of a run are listed.</summary>
    public abstract string Name { get; }

    /// <summary>Makes what is missing of its tables. Called once, in the order of <see cref="Of"/>, before <see cref="Sections"/>.</summary>
    public abstract void Measure();

    /// <summary>Its parts of the page.</summary>
    public abstract IEnumerable<ReportSection> Sections();

    /// <summary>Its part of <c>summary.md</c>, which README shows; null when it has none.</summary>
    public virtual string? Summary => null;

    /// <summary>The tables that a user is pointed to when the run is done, beside its page.</summary>
    public virtual IReadOnlyList<string> MainFiles => [];

    /// <summary>The experiments of a run, in the order in which the page shows them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="published">The published numbers.</param>
    /// <param name="leaks">Whether to measure what each leak is worth.</param>
    public static IReadOnlyList<Experiment> Of(Reproduction run, PublishedNumbers published, bool leaks = false)
    {
        var fusion = new FusionExperiment(run, published);
        var verdict = new VerdictExperiment(run, published);
        return
        [
            new DataExperiment(run, published),
            fusion,
            new GapExperiment(run),
            new AlignmentExperiment(run, published, fusion, verdict),
            verdict,
            .. leaks ? (Experiment[])[new LeakExperiment(run, published)] : [],
            new EfficiencyExperiment(run, published),
        ];
    }

    /// <summary>The id on the page of a figure of one task and encoder pair.</summary>
    /// <param name="kind">What it shows.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    protected static string FigureId(string kind, ReproductionTask task, EncoderPair encoder)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(encoder);
        return $"{kind}-{task.Name}-{encoder.Name}".Replace('.', '-').Replace('_', '-').Replace('+', '-');
    }
}
