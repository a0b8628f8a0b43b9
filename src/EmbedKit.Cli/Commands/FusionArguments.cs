using System.CommandLine;
using System.Globalization;
using EmbedKit.Data;
using EmbedKit.Fusion;
using EmbedKit.Protocols;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Commands;

/// <summary>Options that <c>train</c> and <c>sweep</c> share.</summary>
internal static class FusionArguments
{
    internal static readonly Option<string> Embeddings = new("--embeddings")
    {
        Description = "Embeddings with labels and a split column (.parquet or .csv).",
        Required = true,
    };

    internal static readonly Option<string> Label = new("--label")
    {
        Description = "Label column; several 0/1 columns separated by commas make a multilabel task. May be left out where there is one label_ "
            + "column.",
    };

    internal static readonly Option<string> Protocol = OneOf(
        "--protocol", "leak-free", "Whose rules: leak-free, or published with the paper's leaks.", "leak-free", "published");

    internal static readonly Option<string> Loss = OneOf("--loss", "published", "The form of the weighted loss.", "published", "textbook");

    internal static readonly Option<int> Epochs = new("--epochs")
    {
        Description = "Passes over the training rows.",
        DefaultValueFactory = _ => new TrainerOptions().Epochs,
    };

    internal static readonly Option<int> Batch = new("--batch")
    {
        Description = "Rows in a minibatch.",
        DefaultValueFactory = _ => new TrainerOptions().BatchSize,
    };

    internal static readonly Option<int?> Patience = new("--patience")
    {
        Description = "Stop after so many epochs without a better macro-F1 on the rows that choose the epoch; left out: never.",
    };

    internal static readonly Option<string> Hidden = new("--hidden")
    {
        Description = "Hidden widths, e.g. 128 or 128,64; 0 is a linear probe. By default 128; late fusion 64 in each branch.",
    };

    internal static readonly Option<double> Dropout = new("--dropout")
    {
        Description = "Probability of dropout, 0 to below 1.",
        DefaultValueFactory = _ => 0,
    };

    internal static readonly Option<string> Optimizer = OneOf(
        "--optimizer", "adamw", "How weights move: adamw takes weight decay off the weights, adam adds it to the gradient.", "adamw", "adam");

    internal static readonly Option<string> Noise = OneOf(
        "--noise", "fresh", "When noise is drawn: for every minibatch, once (frozen), or also for rows that are predicted (inference).", "fresh",
        "frozen", "inference");

    internal static readonly Option<bool> NoPrenormalize = new("--no-prenormalize")
    {
        Description = "Measure the gap on rows as they are, as the published function alone does.",
    };

    /// <summary>The options, in the order help shows them.</summary>
    internal static IReadOnlyList<Option> All { get; } =
        [Embeddings, Label, Protocol, Loss, Optimizer, Epochs, Patience, Batch, Hidden, Dropout, Noise, NoPrenormalize];

    /// <summary>The label columns asked for, or the only one there is.</summary>
    internal static IReadOnlyList<string> Labels(ParseResult arguments, TextTable table)
    {
        if (arguments.GetValue(Label) is { } text)
        {
            string[] named = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            foreach (var name in named)
            {
                _ = table[name];
            }

            return named.Length > 0 ? named : throw new InputException($"--label '{text}': no name in it; expected a column.");
        }

        var columns = LabelledDataset.LabelColumnsOf(table);
        return columns.Length == 1 ? columns : throw new InputException(columns.Length == 0
            ? $"{table.Source}: no column begins with '{LabelledDataset.LabelPrefix}'; name the label column with --label " +
                $"(there are: {string.Join(", ", table.ColumnNames.Take(20))})."
            : $"{table.Source}: several label columns; choose with --label: {string.Join(", ", columns)}.");
    }

    internal static Protocol ProtocolOf(ParseResult arguments) =>
        arguments.GetValue(Protocol) == "published" ? Protocols.Protocol.Published : Protocols.Protocol.LeakFree;

    internal static TrainerOptions TrainerOf(ParseResult arguments) => new()
    {
        Epochs = arguments.GetValue(Epochs),
        PatienceEpochs = arguments.GetValue(Patience),
        BatchSize = arguments.GetValue(Batch),
        Loss = arguments.GetValue(Loss) == "textbook" ? LossKind.Textbook : LossKind.Published,
        Optimizer = Enum.Parse<OptimizerKind>(arguments.GetValue(Optimizer)!, ignoreCase: true),
        Noise = Enum.Parse<NoiseKind>(arguments.GetValue(Noise)!, ignoreCase: true),
    };

    internal static int[]? HiddenOf(ParseResult arguments) => arguments.GetValue(Hidden) is { } text ? Widths(text) : null;

    /// <summary>The hidden widths of one model.</summary>
    internal static int[] Widths(string text) => text == "0" ? []
        : [.. text.Split(',', '-').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width > 0
            ? width
            : throw new InputException(
                $"--hidden '{text}': '{part}' is no width; expected whole numbers of at least 1, e.g. 128 or 128,64, or 0 alone."))];

    internal static FusionKind KindOf(string name) => Enum.TryParse<FusionKind>(name, ignoreCase: true, out var kind) && !char.IsAsciiDigit(name[0])
        ? kind
        : throw new InputException($"--fusion '{name}'; expected early, late, image or text.");

    internal static Option<string> OneOf(string name, string byDefault, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
