using System.CommandLine;
using EmbedKit.Benchmarking;
using EmbedKit.Cli.Terminal;
using EmbedKit.Fusion;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary><c>embedkit bench …</c>: time and memory of embeddings against raw data.</summary>
internal static class BenchCommand
{
    internal static readonly Option<string> Labels = new("--labels")
    {
        Description = "Labels CSV with image_id, text, label and split columns.",
        Required = true,
    };

    internal static readonly Option<string?> Images = new("--images") { Description = "Folder of the images." };

    internal static readonly Option<string?> Label = new("--label")
    {
        Description = "Label column; may be left out where there is one label_ column.",
    };

    internal static readonly Option<string> Fusion = new Option<string>("--fusion")
    {
        Description = "What the head reads.",
        DefaultValueFactory = _ => "early",
    }.AcceptOnlyFromAmong("early", "late", "image", "text");

    internal static readonly Option<int> Epochs = new("--epochs")
    {
        Description = "Epochs of each run; the first warms up and is not measured.",
        DefaultValueFactory = _ => 4,
    };

    internal static Command Create() => new("bench", "Measure what embeddings save, in time and memory, against raw data.")
    {
        BenchEfficiencyCommand.Create(), BenchWayCommand.Create(),
    };

    internal static FusionKind ParseFusion(string name) => Enum.Parse<FusionKind>(name, ignoreCase: true);

    /// <summary>The name of a way on the command line and in tables.</summary>
    internal static string Text(this TrainingWay way) => way.ToString().ToLowerInvariant();

    internal static TrainingWay ParseWay(string name) => Enum.TryParse<TrainingWay>(name, ignoreCase: true, out var way) && way.Text() == name ? way
        : throw new InputException($"--ways '{name}': no such way; expected {string.Join(" or ", Enum.GetValues<TrainingWay>().Select(Text))}.");
}
