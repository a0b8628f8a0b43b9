using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Protocols.Sweep;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Experiments;

/// <summary>
/// A run of a plan in a folder. Every part is read when it is there and made when it is not, so that an interrupted run goes on, a notebook
/// gets just what it asks for, and <c>embedkit reproduce</c> asks for everything.
/// </summary>
public sealed class Reproduction
{
    private readonly string _given;
    private bool _announced;

    /// <summary>Takes a new or empty folder, or one of the same run.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="plan">What to run.</param>
    /// <param name="seed">Root seed.</param>
    /// <exception cref="InputException">The folder holds something else, or a run with another plan or seed.</exception>
    public Reproduction(string folder, ReproductionPlan plan, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _given = folder;
        (Folder, Plan, Random) = (Path.GetFullPath(folder), plan, new RandomStreams(seed));
        RunFolder.Claim(Folder, "reproduce", new(plan.Describe().Append(new("seed", seed.ToString(CultureInfo.InvariantCulture)))));
    }

    /// <summary>The folder, as a full path.</summary>
    public string Folder { get; }

    /// <summary>What is run.</summary>
    public ReproductionPlan Plan { get; }

    /// <summary>Threads to use; changes no result. Default: the machine's processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told how far each part is; by default what shows a notebook, if one runs (<see cref="HostProgress"/>).</summary>
    public IProgress<JobProgress>? Progress
    {
        get => field ?? HostProgress.Current;
        init;
    }

    /// <summary>Stops between batches and models; what is finished stays.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Random streams of this run, for figures that sample.</summary>
    public RandomStreams Random { get; }

    /// <summary>Path of the fusion table.</summary>
    public string FusionPath => Path.Combine(Folder, "tables", "fusion.csv");

    /// <summary>Path of the table of verdicts.</summary>
    public string VerdictPath => Path.Combine(Folder, "tables", "verdict.csv");

    /// <summary>Path of the labels table of a data set.</summary>
    /// <param name="dataset">Its name.</param>
    public string LabelsPath(string dataset) => Path.Combine(Folder, "data", dataset, "labels.csv");

    /// <summary>Folder of the images of a data set.</summary>
    /// <param name="dataset">Its name.</param>
    public string ImageFolder(string dataset) => Plan.Data.ImageFolder ?? Path.Combine(Folder, "data", dataset, "images");

    /// <summary>Path of the embeddings of a data set; under the published protocol they come from the published texts.</summary>
    /// <param name="dataset">Its name.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    public string EmbeddingsPath(string dataset, EncoderPair encoder, Protocol protocol)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return Path.Combine(Folder, "embeddings", dataset, $"{encoder.Name}{(protocol == Protocol.Published ? ".published-text" : "")}.parquet");
    }

    /// <summary>Path of a sweep table.</summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="kind"><c>sweep</c>, <c>single</c> for the single modalities, <c>shuffled</c> for shuffled pairs, <c>reseeded</c>, or the name of
    /// a null.</param>
    public string SweepPath(ReproductionTask task, EncoderPair encoder, Protocol protocol, string kind = "sweep")
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(encoder);
        return Path.Combine(Folder, "tables", $"{kind}.{task.Name}.{encoder.Name}.{protocol.Text()}.csv");
    }

    /// <summary>The labels of a data set; those that are missing are written by the plan's <see cref="ReproductionPlan.Data"/>.</summary>
    /// <param name="dataset">Its name.</param>
    public LabelledDataset Labels(string dataset)
    {
        var path = LabelsPath(dataset);
        if (!File.Exists(path))
        {
            Announce();
            Plan.Data.Write(this, dataset);
        }

        return LabelledDataset.Read(path);
    }

    /// <summary>The embeddings of a data set.</summary>
    /// <param name="dataset">Its name.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">Published: of the published texts, where the labels have them.</param>
    public EmbeddingSet Embeddings(string dataset, EncoderPair encoder, Protocol protocol = Protocol.LeakFree)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        var path = EmbeddingsPath(dataset, encoder, protocol);
        if (!File.Exists(path))
        {
            var labels = Labels(dataset);
            var set = protocol == Protocol.Published
                ? PairEmbedding.WithPublishedTexts(
                    Embeddings(dataset, encoder), labels, LabelsPath(dataset), encoder, Threads, Progress, Cancellation)
                : PairEmbedding.Run(LabelsPath(dataset), ImageFolder(dataset), path, encoder, Threads, Progress, Cancellation);
            EmbeddingFile.Write(path, set);
        }

        return EmbeddingFile.Read(path);
    }

    /// <summary>The sweep of a task: early and late fusion over λ and seeds.</summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    public TextTable Sweep(ReproductionTask task, EncoderPair encoder, Protocol protocol = Protocol.LeakFree) =>
        Train("sweep", task, encoder, protocol, [FusionKind.Early, FusionKind.Late], Plan.Lambdas);

    /// <summary>The single modalities of a task, not shifted: a sweep of image and text at λ = 0.</summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    public TextTable SingleModalities(ReproductionTask task, EncoderPair encoder, Protocol protocol = Protocol.LeakFree) =>
        Train("single", task, encoder, protocol, [FusionKind.Image, FusionKind.Text], [0]);

    /// <summary>
    /// The control of fusion, leak-free: early and late at λ = 0 on pairs whose text belongs to another row of the same split. What is left
    /// above the image alone then comes from the larger model, not from the pair.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    public TextTable ShuffledPairs(ReproductionTask task, EncoderPair encoder) =>
        Train("shuffled", task, encoder, Protocol.LeakFree, [FusionKind.Early, FusionKind.Late], [0], ShuffleTexts);

    /// <summary>The nulls of alignment by name: a shift without renormalising, which a bias can undo, and one of equal length in a random
    /// direction.</summary>
    public static IReadOnlyList<string> Nulls { get; } = ["no-renormalize", "random-direction"];

    /// <summary>The sweep of a task with a null in the place of the shift, leak-free, over the plan's coarse grid; seeds, weights and minibatches as
    /// in <see cref="Sweep"/>.</summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="aligner">One of <see cref="Nulls"/>.</param>
    public TextTable Null(ReproductionTask task, EncoderPair encoder, string aligner) =>
        Train(aligner, task, encoder, Protocol.LeakFree, [FusionKind.Early, FusionKind.Late], Plan.NullLambdas, aligner: aligner);

    /// <summary>
    /// The null of a published grid: as many models as it has λ, all at λ = 0, that differ in their seed alone, as the published runs do
    /// besides λ, since the published code sets no seed. The test rows choose the epoch, as published; texts and split are the leak-free ones,
    /// since a text that holds the label makes every model perfect.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    public TextTable Reseeded(ReproductionTask task, EncoderPair encoder) => Train(
        "reseeded", task, encoder, Protocol.LeakFree, [FusionKind.Early, FusionKind.Late], [0], seeds: Plan.Lambdas.Count,
        leaks: new() { SelectEpochOnTest = true });

    /// <summary>What every model of a sweep said about every row.</summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    public SweepPredictions Predictions(ReproductionTask task, EncoderPair encoder, Protocol protocol = Protocol.LeakFree)
    {
        Sweep(task, encoder, protocol);
        return SweepPredictions.Read(SweepPredictions.PathFor(SweepPath(task, encoder, protocol)));
    }

    /// <summary>Macro-F1 of early and late fusion against λ on the test rows, with intervals over groups.</summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    public IReadOnlyList<LambdaCurve> Curves(ReproductionTask task, EncoderPair encoder, Protocol protocol = Protocol.LeakFree) =>
        LambdaCurve.Of(Predictions(task, encoder, protocol), Random);

    /// <summary>Whether alignment is shown to change the test score: every task, encoder and fusion, leak-free, corrected for all of them.</summary>
    public IReadOnlyList<AlignmentVerdict> Verdicts() => AlignmentVerdicts.Corrected(
        [.. EachPair((task, encoder, predictions) => AlignmentVerdicts.Of(predictions, Random, $"{task.Title}, {encoder.Name}"))
            .SelectMany(v => v.Result)]);

    /// <summary>The leak-free curves of every task and encoder pair, as <see cref="Curves"/> gives them, computed side by side.</summary>
    public IReadOnlyList<(ReproductionTask Task, EncoderPair Encoder, IReadOnlyList<LambdaCurve> Curves)> AllCurves() =>
        EachPair((_, _, predictions) => LambdaCurve.Of(predictions, Random));

    /// <summary>Resampling for every task and encoder pair side by side; sweeps are trained and read before, one after another.</summary>
    private (ReproductionTask Task, EncoderPair Encoder, T Result)[] EachPair<T>(Func<ReproductionTask, EncoderPair, SweepPredictions, T> compute)
    {
        var pairs = (from task in Plan.Tasks from encoder in Plan.Encoders select (task, encoder, predictions: Predictions(task, encoder))).ToArray();
        return [.. pairs.AsParallel().AsOrdered().WithDegreeOfParallelism(Threads)
            .Select(p => (p.task, p.encoder, compute(p.task, p.encoder, p.predictions)))];
    }

    /// <summary>Every model of one task and encoder pair under both protocols, reduced: the lines of the fusion table that are theirs.</summary>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    public IReadOnlyList<FusionResult> Results(ReproductionTask task, EncoderPair encoder) =>
    [
        .. from protocol in Enum.GetValues<Protocol>()
           from result in FusionTable.Reduce(SingleModalities(task, encoder, protocol)).Concat(FusionTable.Reduce(Sweep(task, encoder, protocol)))
           select result,
        .. FusionTable.Reduce(ShuffledPairs(task, encoder)).Where(r => r.Model is "early" or "late")
            .Select(r => r with { Model = r.Model + " shuffled" }),
    ];

    /// <summary>Every model of every task, encoder and protocol, reduced to the fusion table; written as <see cref="FusionPath"/>.</summary>
    public IReadOnlyList<FusionResult> Fusion()
    {
        FusionResult[] results = [.. from task in Plan.Tasks from encoder in Plan.Encoders from result in Results(task, encoder) select result];
        FusionTable.Columns.ToTable(results).Write(FusionPath);
        return results;
    }

    private TextTable Train(
        string kind, ReproductionTask task, EncoderPair encoder, Protocol protocol, IReadOnlyList<FusionKind> fusions, IReadOnlyList<double> lambdas,
        Func<EmbeddingSet, EmbeddingSet>? prepare = null, string aligner = "gap-shift", int? seeds = null,
        LeakOptions? leaks = null)
    {
        var path = SweepPath(task, encoder, protocol, kind);
        if (!File.Exists(path))
        {
            Announce();
            var options = new SweepOptions
            {
                Labels = [task.Label],
                Lambdas = lambdas,
                Fusions = fusions,
                Seeds = seeds ?? (protocol == Protocol.Published ? 1 : Plan.Seeds),
                Aligners = [aligner],
                Leaks = leaks,
                Trainer = new() { Epochs = task.Epochs },
                Protocol = protocol,
                Dataset = task.Name,
                Encoder = encoder.Name,
                Threads = Threads,
            };
            var named = Progress is null ? null : new NamedProgress(Progress, $"{task.Name}, {encoder.Name}, {protocol.Text()}: {kind} models");
            var pairs = Embeddings(task.Dataset, encoder, protocol);
            SweepFile.Run(path, prepare?.Invoke(pairs) ?? pairs, options, Random, named, Cancellation);
        }

        return TextTable.Read(path);
    }

    /// <summary>Tells a notebook's reader, before the first part that is missing is made, that it will take its time, and where it goes.</summary>
    private void Announce()
    {
        if (_announced || HostProgress.Current is not { } host)
        {
            return;
        }

        _announced = true;
        var tables = Directory.Exists(Path.Combine(Folder, "tables")) ? Directory.EnumerateFiles(Path.Combine(Folder, "tables"), "*.csv").Count() : 0;
        var minutes = Plan.ExpectedMinutes.ToString("0.#", CultureInfo.InvariantCulture);
        host.Report(
            new(
                "", 0, 0,
                $"{_given} (seen from the notebook's folder) has {(tables == 0 ? "no results yet" : "not all results yet")}: what is missing is "
                + $"made as cells ask for it, in all up to about {minutes} {(minutes == "1" ? "minute" : "minutes")} on 2 idle cores. If this "
                + "run's results lie elsewhere, stop here and set Results to that folder."));
    }

    /// <summary>Gives each row the text of a random row of its own split, so that no text crosses from test to training.</summary>
    private EmbeddingSet ShuffleTexts(EmbeddingSet set)
    {
        var random = Random.Create("shuffled pairs");
        var from = new int[set.Count];
        foreach (var split in Enum.GetValues<Split>())
        {
            var rows = set.RowsOf(split);
            var texts = rows.ToArray();
            random.Shuffle(texts);
            for (var i = 0; i < rows.Length; i++)
            {
                from[rows[i]] = texts[i];
            }
        }

        return set.With(set.RequireImage(), set.RequireText().Select(from));
    }

    /// <summary>Says which of many alike stages is running.</summary>
    private sealed class NamedProgress(IProgress<JobProgress> inner, string stage) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => inner.Report(value with { Stage = stage });
    }
}
