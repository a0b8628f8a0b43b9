using System.Globalization;
using EmbedKit.Data;
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
    /// <param name="kind">What was trained, as <see cref="Train"/> was told. Default: the sweep over λ.</param>
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

    /// <summary>
    /// Trains a selection of models of a task and gives their sweep table. What is not said is early and late fusion over the plan's λ, from the
    /// plan's seeds; from one where the protocol is the published one, as published.
    /// </summary>
    /// <param name="kind">What the selection is called: the first word of the table's name, which no other selection has.</param>
    /// <param name="task">The task.</param>
    /// <param name="encoder">The encoder pair.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="select">Says what differs: fusions, λ, aligner, seeds, leaks. Default: nothing.</param>
    /// <param name="prepare">What is done to the embeddings first. Default: nothing.</param>
    public TextTable Train(
        string kind, ReproductionTask task, EncoderPair encoder, Protocol protocol, Func<SweepOptions, SweepOptions>? select = null,
        Func<EmbeddingSet, EmbeddingSet>? prepare = null)
    {
        var path = SweepPath(task, encoder, protocol, kind);
        if (!File.Exists(path))
        {
            Announce();
            var options = new SweepOptions
            {
                Labels = [task.Label],
                Lambdas = Plan.Lambdas,
                Seeds = protocol == Protocol.Published ? 1 : Plan.Seeds,
                Trainer = new() { Epochs = task.Epochs },
                Protocol = protocol,
                Dataset = task.Name,
                Encoder = encoder.Name,
                Threads = Threads,
            };
            var named = Progress is null ? null : new NamedProgress(Progress, $"{task.Name}, {encoder.Name}, {protocol.Text()}: {kind} models");
            var pairs = Embeddings(task.Dataset, encoder, protocol);
            SweepFile.Run(path, prepare?.Invoke(pairs) ?? pairs, select?.Invoke(options) ?? options, Random, named, Cancellation);
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

    /// <summary>Says which of many alike stages is running.</summary>
    private sealed class NamedProgress(IProgress<JobProgress> inner, string stage) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => inner.Report(value with { Stage = stage });
    }
}
