using System.CommandLine;
using EmbedKit.Cli.Terminal;
using EmbedKit.Data;
using EmbedKit.Embedding.Encoders;
using EmbedKit.Embedding.Extraction;
using EmbedKit.Embedding.Models;
using EmbedKit.Http;
using EmbedKit.Runtime;
using EmbedKit.Storage;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit embed</c>: images and texts to embeddings.</summary>
internal static class EmbedCommand
{
    private static readonly Option<string> Labels = new("--labels")
    {
        Description = "Labels CSV with image_id, text and label columns.",
        Required = true,
    };
    private static readonly Option<string?> Images = new("--images") { Description = "Folder of the images." };
    private static readonly Option<string> Model = new("--model")
    {
        Description = "Model folder, or the name of one below data/models.",
        Required = true,
    };
    private static readonly Option<string?> TextModel = new("--text-model")
    {
        Description = "Another model for the text: a folder, a name, or an OpenAI-compatible endpoint as https://HOST/v1#MODEL (key: "
            + "EMBEDKIT_API_KEY). By default --model embeds both when it can.",
    };
    private static readonly OutputOption Out = OutputOption.File("Embeddings file: .parquet or .csv.", EmbeddingFile.FilesOf);

    private static readonly Option<string> TextColumn = new("--text-column")
    {
        Description = "Column whose text is embedded.",
        DefaultValueFactory = _ => new ExtractionOptions().TextColumn,
    };

    private static readonly Option<int?> Batch = new("--batch")
    {
        Description = "Inputs a run of the model. By default 8 (32 with cuda, 1 with int8), fewer where memory is short.",
    };
    private static readonly Option<string?> Shard = new("--shard")
    {
        Description = "Embed only part I of N, as I/N; `embeddings merge` puts the parts together.",
    };
    private static readonly Option<bool> Restart = new("--restart")
    {
        Description = "Throw away what an earlier, unfinished run kept, instead of going on with it.",
    };
    private static readonly Option<bool> ExifOrientation = new("--exif-orientation")
    {
        Description = "Turn images by their EXIF orientation. By default they are taken as stored, as Pillow does.",
    };

    private static readonly Option<int> CheckpointRows = new("--checkpoint-rows")
    {
        Description = "Rows that are kept together; a killed run loses at most so many.",
        DefaultValueFactory = _ => new ExtractionOptions().CheckpointRows,
    };

    private static readonly Option<bool> FailFast = new("--fail-fast")
    {
        Description = "End at the first unreadable image or cut text instead of counting them.",
    };

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
        "Embed the images and texts of a labels file. A run that was broken off goes on when the same command is given again.",
        [Labels, Images, Model, TextModel, TextEndpoint.Cache, TextEndpoint.AllowInsecure, Out, TextColumn, Batch, Precision, EmbeddingsCommand.Half,
            Device, ExifOrientation, Shard, CheckpointRows, Restart, FailFast, Label],
        Run);

    private static CommandResult Run(CommandContext context)
    {
        var (arguments, output) = (context.Arguments, context.Arguments.GetValue(Out)!);
        var labels = arguments.GetValue(Labels)!;
        EmbeddingsCommand.CheckHalf(output, arguments.GetValue(EmbeddingsCommand.Half));
        CheckLabels(LabelledDataset.Read(labels), arguments.GetValue(Label) ?? []);

        var model = ModelFolder.Open(arguments.GetValue(Model)!);
        var other = arguments.GetValue(TextModel);
        using var endpoint = other is not null && EndpointOptions.IsAddress(other) ? TextEndpoint.Open(other, context) : null;
        var textModel = endpoint is not null ? null : other is not null ? ModelFolder.Open(other) : model.HasText ? model : null;
        var encoders = new EncoderOptions
        {
            Precision = ModelPrecisionNames.Parse(arguments.GetValue(Precision)!),
            Device = arguments.GetValue(Device) == "cuda" ? ExecutionDevice.Cuda : ExecutionDevice.Cpu,
        };
        using var image = model.HasImage ? new OnnxImageEncoder(model, encoders) : null;
        using var text = textModel is null ? null : new OnnxTextEncoder(textModel, encoders);
        var options = new ExtractionOptions
        {
            TextColumn = arguments.GetValue(TextColumn)!,
            BatchSize = arguments.GetValue(Batch),
            Threads = context.Threads,
            Shard = arguments.GetValue(Shard) is { } shard ? RowShard.Parse(shard) : null,
            CheckpointRows = arguments.GetValue(CheckpointRows),
            Half = arguments.GetValue(EmbeddingsCommand.Half),
            Restart = arguments.GetValue(Restart),
            FailFast = arguments.GetValue(FailFast),
            Decoder = new() { ApplyExifOrientation = arguments.GetValue(ExifOrientation) },
        };
        var job = endpoint is not null ? new ExtractionJob(image, endpoint, options) : new ExtractionJob(image, text, options);
        return Summarise(context, output, job.RunTo(output, labels, arguments.GetValue(Images), context.Progress, context.Cancellation));
    }

    private static CommandResult Summarise(CommandContext context, string output, ExtractionSummary summary)
    {
        string[] files = summary.SkippedList is { } list ? [output, list] : [output];
        context.Out.WriteLine(
            $"{NumberText.Count(summary.Rows, "row")}: image {summary.ImageDimension ?? 0} wide, text {summary.TextDimension ?? 0} wide");
        if (summary.ResumedRows > 0)
        {
            context.Out.WriteLine($"{NumberText.Count(summary.ResumedRows, "row")} kept from the run that was broken off");
        }

        if (summary.LooseImages > 0)
        {
            context.Out.WriteLine(ImageIndex.Note(summary.LooseImages));
        }

        if (summary.EqualImages + summary.EqualTexts > 0)
        {
            context.Out.WriteLine(
                $"{NumberText.Count(summary.EqualImages, "image")} and {NumberText.Count(summary.EqualTexts, "text")} equal to an earlier one and "
                    + "not embedded again");
        }

        if (summary.Skipped.Count > 0)
        {
            context.Out.WriteLine($"{NumberText.Count(summary.Skipped.Count, "image")} skipped, listed in {files[^1]}");
        }

        if (summary.TruncatedTexts > 0)
        {
            context.Out.WriteLine(
                $"{NumberText.Count(summary.TruncatedTexts, "text")} longer than the model's context cut to {summary.Provenance["text_context"]} "
                    + "tokens");
        }

        return new(files, new
        {
            files,
            summary.Rows,
            summary.ImageDimension,
            summary.TextDimension,
            skipped = summary.Skipped.Count,
            summary.TruncatedTexts,
            summary.EqualImages,
            summary.EqualTexts,
            summary.LooseImages,
            summary.ResumedRows,
            summary.Provenance,
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
            throw new InputException(
                $"{dataset.Table.Source}: no column begins with '{LabelledDataset.LabelPrefix}'; name the label column by --label "
                    + $"({string.Join(", ", dataset.Table.ColumnNames)}).");
        }
    }
}
