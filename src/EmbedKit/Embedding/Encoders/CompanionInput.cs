using System.Text.RegularExpressions;
using EmbedKit.Embedding.Models;
using EmbedKit.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbedKit.Embedding.Encoders;

/// <summary>
/// An input a model asks for beside those that are embedded: an empty cache of keys and values (decoders), a switch, or the other side of a
/// combined export, which gets one smallest input whose output nobody reads.
/// </summary>
/// <param name="Name">The input's name.</param>
/// <param name="Element">Its element type.</param>
/// <param name="Shape">Its sizes for a batch of so many.</param>
/// <param name="Ones">Whether it is filled with ones, as a mask is; else with zeros.</param>
internal sealed partial record CompanionInput(string Name, TensorElementType Element, Func<int, long[]> Shape, bool Ones = false)
{
    internal const string Ids = "input_ids";
    internal const string Mask = "attention_mask";
    internal const string Positions = "position_ids";
    internal const string Types = "token_type_ids";
    internal const string Pixels = "pixel_values";

    private const int DummyLength = 1;
    private const long MostValues = 1 << 26;

    /// <summary>What else the model asks for.</summary>
    /// <param name="model">The model.</param>
    /// <param name="own">The inputs that are embedded.</param>
    /// <param name="config">Says sizes where the model does not.</param>
    /// <exception cref="InputException">An input that is none of the known.</exception>
    internal static IReadOnlyList<CompanionInput> Find(OnnxModel model, IReadOnlyCollection<string> own, ModelConfig config) =>
        [.. model.Inputs.Where(i => !own.Contains(i.Key)).Select(i => Read(model, i.Key, i.Value, config) is not { } companion
            ? throw new InputException(
                $"{model.Path}: asks for input '{i.Key}' ({OnnxModel.Describe(i.Value)}); expected only {string.Join(", ", own)} and what Hugging "
                    + "Face exports add to them. Export the model without it.")
            : companion.Shape(1).Aggregate(1m, (product, size) => product * size) <= MostValues ? companion
            : throw new InputException(
                $"{model.Path}: input '{i.Key}' is {OnnxModel.Describe(i.Value)}; expected at most {MostValues} values. Export the model without "
                    + "it."))];

    private static CompanionInput? Read(OnnxModel model, string name, NodeMetadata input, ModelConfig config)
    {
        var (element, rank) = (input.ElementDataType, input.Dimensions.Length);
        long Size(int axis, int? missing, string what) => input.Dimensions[axis] >= 0 ? input.Dimensions[axis]
            : missing ?? throw new InputException($"{model.Path}: input '{name}' is {OnnxModel.Describe(input)}; expected the config to say {what}.");
        switch (name)
        {
            case Ids or Mask or Positions or Types when rank == 2 && element is TensorElementType.Int64 or TensorElementType.Int32:
                long[] text = [Size(0, 1, ""), Size(1, DummyLength, "")];
                return new(name, element, _ => text, Ones: name == Mask);
            case Pixels when rank == 4 && IsReal(element):
                long[] image =
                    [Size(0, 1, ""), Size(1, 3, ""), Size(2, config.ImageSize, "the image_size"), Size(3, config.ImageSize, "the image_size")];
                return new(name, element, _ => image);
            case var _ when Cache().IsMatch(name) && rank == 4 && IsReal(element):
                var (heads, width) = (Size(1, config.CachedHeads, "num_key_value_heads"), Size(3, config.HeadWidth, "head_dim"));
                return new(name, element, batch => [batch, heads, 0, width]);
            case var _ when input.IsTensor && element == TensorElementType.Bool && rank <= 1:
                long[] flag = rank == 0 ? [] : [1];
                return new(name, element, _ => flag);
            default:
                return null;
        }
    }

    private static bool IsReal(TensorElementType element) => element is TensorElementType.Float or TensorElementType.Float16;

    [GeneratedRegex(@"^past_key_values\.\d+\.(key|value)$", RegexOptions.CultureInvariant)]
    private static partial Regex Cache();
}
