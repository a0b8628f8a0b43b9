using System.CommandLine;
using EmbedKit.Benchmarking;
using EmbedKit.Data;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary>Options that the verbs of <c>bench</c> share.</summary>
internal static class BenchArguments
{
    internal static readonly Option<string> Labels = new("--labels")
    {
        Description = "Labels CSV with image_id, text, label and split columns.",
        Required = true,
    };

    internal static readonly Option<string?> Images = new("--images") { Description = "Folder of the images." };

    internal static readonly Option<string> Fusion =
        FusionArguments.OneOf("--fusion", "early", "What the head reads.", "early", "late", "image", "text");

    internal static readonly Option<int> Epochs = new("--epochs")
    {
        Description = "Epochs of each run; the first warms up and is not measured.",
        DefaultValueFactory = _ => 4,
    };

    internal static readonly Option<double> EncoderRate = new("--encoder-learning-rate")
    {
        Description = "Step size of the encoders' weights in the way fine-tuned.",
        DefaultValueFactory = _ => 5e-5,
    };

    /// <summary>The label column asked for, or the only one there is.</summary>
    internal static string LabelOf(ParseResult arguments, TextTable table) => FusionArguments.Labels(arguments, table) is [var only] ? only
        : throw new InputException($"{FusionArguments.Label.Name}: expected one column; a head for several labels is not measured.");

    /// <summary>The name of a way on the command line and in tables.</summary>
    internal static string Text(this TrainingWay way) => way switch
    {
        TrainingWay.LivePublished => "live-published",
        TrainingWay.FineTuned => "fine-tuned",
        _ => way.ToString().ToLowerInvariant(),
    };

    internal static TrainingWay ParseWay(string name)
    {
        var all = Enum.GetValues<TrainingWay>();
        return Array.FindIndex(all, w => w.Text() == name) is var found and >= 0 ? all[found]
            : throw new InputException($"--ways '{name}': no such way; expected {string.Join(", ", all.Select(Text))}.");
    }
}
