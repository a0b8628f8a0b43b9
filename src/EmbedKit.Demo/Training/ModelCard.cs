using System.Globalization;
using System.Text;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;

namespace EmbedKit.Demo.Training;

/// <summary>Writes a model's README.md: what it is, what it was trained on, how, how long, and what it reached.</summary>
internal static class ModelCard
{
    /// <param name="folder">The model folder.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="summary">One paragraph: family, shape, inputs and outputs.</param>
    /// <param name="objective">One sentence: what was minimised.</param>
    /// <param name="record">How the training went.</param>
    /// <param name="measured">Lines of the table of held-out results.</param>
    internal static void Write(
        string folder, string name, string summary, string objective, TrainingRecord record, IEnumerable<(string What, string Value)> measured)
    {
        var (o, card) = (record.Options, new StringBuilder());
        var command = string.Create(
            CultureInfo.InvariantCulture, $"embedkit models train --only {name} --seed {record.Seed} --threads {record.Threads}");
        var draw = string.Create(CultureInfo.InvariantCulture, $"draw `encoders`, variation {record.Variation}");
        card.Append(CultureInfo.InvariantCulture, $"""
            # {name}

            **Trained on synthetic demo data. Not for medical use; its numbers say nothing about patients or about the models it imitates.**

            {summary}

            ## Training

            {objective} Trained by `{command}` on {record.Rows:N0} image–text pairs of the demo world
            (dermatoscopy, fundus, satellite, general; {draw}), on images and leak-free texts alone: neither labels
            nor the published texts were seen.

            | | |
            |---|---|
            | steps × batch | {o.Steps} × {o.Batch} |
            | optimiser | AdamW, learning rate {o.LearningRate} (linear warm-up, cosine decay), weight decay {o.WeightDecay} |
            | loss, first and last tenth | {record.FirstLoss:0.000} → {record.LastLoss:0.000} |
            | time | {record.Duration.TotalMinutes:0.0} minutes, {NumberText.Count(record.Threads, "thread")} |
            | seed | {record.Seed} |

            ## Measured on pairs held out

            The recipe was chosen by this measure in short trial runs, so read it as somewhat optimistic.

            | | |
            |---|---|

            """);
        foreach (var (what, value) in measured)
        {
            card.Append(CultureInfo.InvariantCulture, $"| {what} | {value} |\n");
        }

        AtomicFile.WriteText(Path.Combine(folder, ModelLock.CardFileName), card.ToString().ReplaceLineEndings("\n"));
    }
}
