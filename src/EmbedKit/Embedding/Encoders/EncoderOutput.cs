using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbedKit.Embedding.Encoders;

/// <summary>The output of a model that holds the embeddings, or the tokens they are pooled from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Width">Values of one embedding, or null when only a run tells.</param>
internal sealed record EncoderOutput(string Name, int? Width)
{
    // Outputs whose meaning is known never stand in for another one.
    private static readonly string[] Known =
        ["image_embeds", "text_embeds", "image_features", "text_features", "pooler_output", "last_hidden_state", "token_embeddings",
            "sentence_embedding"];

    private static readonly string[] KnownPrefixes = ["logits", "present", "past", "hidden_states", "attentions"];

    /// <summary>Finds the output by name, or else by rank and width when only one of an unknown name fits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="side">Names and pooling.</param>
    /// <param name="expected">The width by the config and the key that says it, or null.</param>
    /// <exception cref="InputException">None fits, or several, or one of another type, rank or width.</exception>
    internal static EncoderOutput Choose(OnnxModel model, ModelSide side, (string Key, int Value)? expected)
    {
        var rank = side.Pooling == Pooling.Projected ? 2 : 3;
        var name = side.Outputs.FirstOrDefault(model.Outputs.ContainsKey);
        if (name is null)
        {
            var fitting = side.OutputIsNamed ? [] : model.Outputs.Where(o => !Known.Contains(o.Key)
                && !KnownPrefixes.Any(p => o.Key.StartsWith(p, StringComparison.Ordinal)) && Fits(o.Value, rank) && WidthFits(o.Value, expected))
                .ToArray();
            name = fitting.Length == 1 ? fitting[0].Key : throw new InputException(
                $"{model.Path}: no output '{string.Join("' or '", side.Outputs)}'; there are {OnnxModel.Names(model.Outputs.Keys)}. Expected the "
                    + $"names of Hugging Face exports, or an 'output' in {ModelDescription.FileName}.{Hint(model)}");
        }

        var found = model.Outputs[name];
        if (!Fits(found, rank))
        {
            throw new InputException(
                $"{model.Path}: output '{name}' is {OnnxModel.Describe(found)}; expected Float or Float16 of rank {rank}, for pooling "
                    + $"'{side.Pooling.Name()}'.");
        }

        return side.OutputIsNamed || WidthFits(found, expected)
            ? new(name, found.Dimensions[^1] > 0 ? found.Dimensions[^1] : side.OutputIsNamed ? null : expected?.Value)
            : throw new InputException(
                $"{model.Path}: output '{name}' is {found.Dimensions[^1]} wide; the config says {expected!.Value.Key} {expected.Value.Value}. "
                    + "Expected a config and a model that belong together.");
    }

    private static bool Fits(NodeMetadata output, int rank) =>
        output.IsTensor && output.ElementDataType is TensorElementType.Float or TensorElementType.Float16 && output.Dimensions.Length == rank;

    private static bool WidthFits(NodeMetadata output, (string Key, int Value)? expected) =>
        output.Dimensions[^1] < 1 || expected is not { } width || output.Dimensions[^1] == width.Value;

    private static string Hint(OnnxModel model) => model.Outputs.Keys.Any(o => o.StartsWith("logits", StringComparison.Ordinal))
        ? " A model exported to classify or to write text gives no embeddings: export it for feature extraction." : "";
}
