using EmbedKit.Benchmarking;
using EmbedKit.Charts;
using EmbedKit.Data;
using EmbedKit.Embedding.Images;
using EmbedKit.Embedding.Models;
using EmbedKit.Embedding.Onnx;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Report;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Experiments;

/// <summary>Memory by the published formula: raw images against embeddings.</summary>
/// <param name="run">The run.</param>
/// <param name="published">The published numbers.</param>
internal sealed class EfficiencyExperiment(Reproduction run, PublishedNumbers published) : Experiment
{
    private static readonly Columns<MemoryRow> Columns = new Columns<MemoryRow>("memory.csv")
        .Text("dataset", r => r.Dataset).Text("encoder", r => r.Encoder).Text("representation", r => r.Representation)
        .Digits("train_mib_per_batch", r => r.Memory.TrainPerBatch).Digits("train_mib_per_epoch", r => r.Memory.TrainPerEpoch)
        .Digits("test_mib_per_batch", r => r.Memory.TestPerBatch).Digits("test_mib_per_batch_as_published", r => r.Memory.TestPerBatchAsPublished)
        .Digits("test_mib_per_epoch", r => r.Memory.TestPerEpoch).Digits("model_mib", r => r.Memory.Model);

    /// <inheritdoc/>
    public override string Name => "memory";

    private string TablePath => Path.Combine(run.Folder, "tables", "memory.csv");

    /// <summary>Computes the figure for early fusion on each task, from the shapes of what was run, over the published split.</summary>
    public override void Measure()
    {
        var rows = new List<MemoryRow>();
        foreach (var task in run.Plan.Tasks)
        {
            foreach (var encoder in run.Plan.Encoders)
            {
                var set = run.Embeddings(task.Dataset, encoder, Protocol.LeakFree);
                var encoding = LabelEncoding.Fit([task.Label], set.Table);
                var outputs = encoding.Task == TaskKind.Binary ? 1 : encoding.Classes.Count;
                var (image, text) = (set.RequireImage().Dimension, set.RequireText().Dimension);
                using var head = new FusionModel(new() { Kind = FusionKind.Early }, text, image, outputs, new RandomStreams(0));
                var (height, width) = PreprocessorConfig.Read(ModelFolder.Find(encoder.ImageModel)).OutputSize;
                rows.Add(
                    new(task.Name, encoder.Name, "raw", Sizes(set, outputs, 3L * height * width, EncoderParameters(encoder) + head.ParameterCount)));
                rows.Add(new(task.Name, encoder.Name, "embeddings", Sizes(set, outputs, image + text, head.ParameterCount)));
            }
        }

        Columns.ToTable(rows).Write(TablePath);
    }

    /// <inheritdoc/>
    public override IEnumerable<ReportSection> Sections()
    {
        var memory = TextTable.Read(TablePath);
        double Value(ReproductionTask task, EncoderPair encoder, string representation, string column) =>
            memory.Number(column, Enumerable.Range(0, memory.RowCount).Single(r =>
            memory["dataset"][r] == task.Name && memory["encoder"][r] == encoder.Name && memory["representation"][r] == representation));
        var (task, encoder) = (run.Plan.Tasks[0], run.Plan.Encoders[0]);
        EfficiencyPair Pair(string name, string column) =>
            new(name, "MiB", Value(task, encoder, "raw", column), Value(task, encoder, "embeddings", column));
        yield return new()
        {
            Id = "efficiency",
            Title = "Memory: raw data against embeddings",
            Question = "How much less data passes through training when images and texts are replaced by their embeddings?",
            Claims = [.. Claims()],
            Figures = [new("efficiency-memory", EfficiencyChart.Create(
                [Pair("one training batch", "train_mib_per_batch"), Pair("one training epoch", "train_mib_per_epoch"), Pair("model", "model_mib")],
                run.Plan.Provenance,
                $"{task.Title}, {encoder.Name}: memory by the published formula"),
                "Bytes of the tensors of inputs and labels (float32), and parameters × 4 bytes: the paper's formula. It counts what passes "
                    + "through, not what a process needs; measured memory and time are not part of this page yet.")],
            Findings =
            [
                $"{task.Title}, {encoder.Name}: a training batch of embeddings takes "
                    + $"{Share(Value(task, encoder, "embeddings", "train_mib_per_batch"), Value(task, encoder, "raw", "train_mib_per_batch"))} of "
                    + "the bytes of a batch of images at the encoder's input size.",
                "The published average over test batches divides by the number of training batches; memory.csv holds that figure and the right one "
                    + "side by side.",
            ],
            Comparisons = [new("One training batch by the published formula: raw → embeddings",
                [.. from t in run.Plan.Tasks
                    from e in run.Plan.Encoders
                    select Row(t, e, Value(t, e, "raw", "train_mib_per_batch"), Value(t, e, "embeddings", "train_mib_per_batch"))])],
            Files = [new("memory.csv", run.Link(TablePath))],
        };
    }

    private IEnumerable<PublishedClaim> Claims()
    {
        if (published.MemoryOf("ham10000", "raw", "early") is { } raw && published.MemoryOf("ham10000", "clip", "early") is { } clip)
        {
            yield return new(
                $"HAM10000, early fusion: one training batch takes {NumberText.Mebibytes(raw.TrainPerBatch)} raw and "
                    + $"{NumberText.Mebibytes(clip.TrainPerBatch)} as CLIP embeddings.", $"{raw.Source}; {clip.Source}");
        }
    }

    private ComparisonRow Row(ReproductionTask task, EncoderPair encoder, double raw, double embeddings)
    {
        var (paperRaw, paper) = task.PaperDataset is { } name
            ? (published.MemoryOf(name, "raw", "early"), published.MemoryOf(name, encoder.TextModel is null ? "clip" : "embeddings", "early"))
            : default;
        var ours = new ComparisonNumber(embeddings, ComparisonUnit.Mebibytes) { Before = raw };
        return new($"{task.Title}, {encoder.Name}",
            paperRaw is null || paper is null ? null : new(paper.TrainPerBatch, ComparisonUnit.Mebibytes)
            {
                Before = paperRaw.TrainPerBatch,
                DataSet = task.PaperDataset,
                Source = $"{paperRaw.Source}; {paper.Source}",
            },
            ours, ours with { Note = "shapes alone count" });
    }

    private static string Share(double part, double whole) => NumberText.Percent(part / whole, 1);

    private static PublishedMemory Sizes(EmbeddingSet set, int outputs, long inputs, long parameters)
    {
        var splits = set.Table.Contains(LabelledDataset.PublishedSplitColumn) ? set.Table[LabelledDataset.PublishedSplitColumn]
            : set.Table[LabelledDataset.SplitColumn];
        return PublishedMemory.Of(new()
        {
            InputsPerRow = inputs,
            LabelsPerRow = outputs,
            TrainRows = splits.Count(s => s != "test"),
            TestRows = splits.Count(s => s == "test"),
            Parameters = parameters,
        });
    }

    /// <summary>Of the float32 files; an int8 one may lie beside them.</summary>
    private static long EncoderParameters(EncoderPair encoder) => new[] { encoder.ImageModel, encoder.TextModel }.OfType<string>()
        .SelectMany(model => Directory.EnumerateFiles(Path.Combine(ModelFolder.Find(model), "onnx"), "*.onnx"))
        .Where(file => !file.EndsWith("_quantized.onnx", StringComparison.Ordinal)).Sum(OnnxParameters.Count);

    /// <summary>A row of <c>memory.csv</c>.</summary>
    private sealed record MemoryRow(string Dataset, string Encoder, string Representation, PublishedMemory Memory);
}
