using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Embedding;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit embed</c>: images and texts to embeddings.</summary>
internal static class EmbedCommand
{
    private static readonly Option<string> Labels = new("--labels") { Description = "Labels CSV with image_id, text and label columns.", Required = true };
    private static readonly Option<string?> Images = new("--images") { Description = "Folder of the images." };
    private static readonly Option<string> Model = new("--model") { Description = "Model folder, or the name of one below data/models.", Required = true };
    private static readonly Option<string?> TextModel = new("--text-model") { Description = "Another model for the text; by default --model embeds both when it can." };
    private static readonly Option<string> Out = new("--out") { Description = "Embeddings file: .parquet or .csv.", Required = true };

    private static readonly Option<string> TextColumn = new("--text-column")
    {
        Description = "Column whose text is embedded.",
        DefaultValueFactory = _ => new ExtractionOptions().TextColumn,
    };

    private static readonly Option<int> Batch = new("--batch") { Description = "Inputs a run of the model.", DefaultValueFactory = _ => new ExtractionOptions().BatchSize };
    private static readonly Option<bool> FailFast = new("--fail-fast") { Description = "End at the first unreadable image or cut text instead of counting them." };

    private static readonly Option<string[]> Label = new("--label")
    {
        Description = "Label column; checked to be there. By default those named label_…",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> Precision = new Option<string>("--precision")
    {
        Description = "Which of the model's exports to run; int8 is smaller and faster, and rounds.",
        DefaultValueFactory = _ => new EncoderOptions().Precision.Name(),
    }.AcceptOnlyFromAmong([.. ModelPrecisionNames.All]);

    private static readonly Option<string> Device = new Option<string>("--device")
    {
        Description = "Where the model runs; cuda needs a build with -p:Accelerator=cuda.",
        DefaultValueFactory = _ => "cpu",
    }.AcceptOnlyFromAmong("cpu", "cuda");

    internal static Command Create() => Verb.Create(
        "embed",
        "Embed the images and texts of a labels file.",
        [Labels, Images, Model, TextModel, Out, TextColumn, Batch, Precision, Device, FailFast, Label],
        Run);

    private static CommandResult Run(CommandContext context)
    {
        var (arguments, output) = (context.Arguments, context.Arguments.GetValue(Out)!);
        var labels = arguments.GetValue(Labels)!;
        EmbeddingFile.CheckEnding(output);
        CheckLabels(LabelledDataset.Read(labels), arguments.GetValue(Label) ?? []);

        var model = ModelFolder.Open(arguments.GetValue(Model)!);
        var textModel = arguments.GetValue(TextModel) is { } other ? ModelFolder.Open(other) : model.HasText ? model : null;
        var encoders = new EncoderOptions
        {
            Threads = context.Threads,
            Precision = ModelPrecisionNames.Parse(arguments.GetValue(Precision)!),
            Device = arguments.GetValue(Device) == "cuda" ? ExecutionDevice.Cuda : ExecutionDevice.Cpu,
        };
        using var image = model.HasImage ? new OnnxImageEncoder(model, encoders) : null;
        using var text = textModel is null ? null : new OnnxTextEncoder(textModel, encoders);
        var job = new ExtractionJob(image, text, new()
        {
            TextColumn = arguments.GetValue(TextColumn)!,
            BatchSize = arguments.GetValue(Batch),
            Threads = context.Threads,
            FailFast = arguments.GetValue(FailFast),
        });
        var result = job.Run(labels, arguments.GetValue(Images), context.Progress, context.Cancellation);
        EmbeddingFile.Write(output, result.Embeddings);
        var skippedList = SkippedImage.Write(output, result.Skipped);
        return Summarise(context, result, skippedList is null ? [output] : [output, skippedList]);
    }

    private static CommandResult Summarise(CommandContext context, ExtractionResult result, string[] files)
    {
        var set = result.Embeddings;
        context.Out.WriteLine($"{set.Count:N0} rows: image {set.Image?.Dimension ?? 0} wide, text {set.Text?.Dimension ?? 0} wide");
        if (result.Skipped.Count > 0)
        {
            context.Out.WriteLine($"{result.Skipped.Count:N0} image(s) skipped, listed in {files[^1]}");
        }

        if (result.TruncatedTexts > 0)
        {
            context.Out.WriteLine($"{result.TruncatedTexts:N0} text(s) longer than the model's context were cut to {set.Provenance["text_context"]} tokens");
        }

        return new(files, new
        {
            files,
            rows = set.Count,
            imageDimension = set.Image?.Dimension,
            textDimension = set.Text?.Dimension,
            skipped = result.Skipped.Count,
            truncatedTexts = result.TruncatedTexts,
            provenance = set.Provenance,
        });
    }

    private static void CheckLabels(LabelledDataset dataset, string[] labels)
    {
        foreach (var label in labels)
        {
            _ = dataset.Table[label];
        }

        if (labels.Length == 0 && dataset.LabelColumns.Count == 0)
        {
            throw new InputException($"{dataset.Table.Source}: no column begins with '{LabelledDataset.LabelPrefix}'; name the label column by --label ({string.Join(", ", dataset.Table.ColumnNames)}).");
        }
    }
}
