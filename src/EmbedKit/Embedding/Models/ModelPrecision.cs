using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Models;

/// <summary>In which numbers a model was exported; each has its own ONNX files.</summary>
public enum ModelPrecision
{
    /// <summary>float32: <c>model.onnx</c>.</summary>
    Float32,

    /// <summary>float16: <c>model_fp16.onnx</c>.</summary>
    Float16,

    /// <summary>8-bit weights: <c>model_quantized.onnx</c> or <c>model_int8.onnx</c>.</summary>
    Int8,
}

/// <summary>How precisions are written on the command line and in provenance, and in the names of files.</summary>
public static class ModelPrecisionNames
{
    /// <summary>The short names, in the order of <see cref="ModelPrecision"/>.</summary>
    public static IReadOnlyList<string> All { get; } = ["fp32", "fp16", "int8"];

    /// <summary>fp32, fp16 or int8.</summary>
    /// <param name="precision">The precision.</param>
    public static string Name(this ModelPrecision precision) => All[(int)precision];

    /// <summary>Reads a short name.</summary>
    /// <param name="name">fp32, fp16 or int8.</param>
    /// <exception cref="InputException">Another name.</exception>
    public static ModelPrecision Parse(string name) => All.ToList().IndexOf(name) is >= 0 and var index ? (ModelPrecision)index
        : throw new InputException($"precision '{name}': no such precision; expected {string.Join(", ", All)}.");

    /// <summary>What stands between the name of an ONNX file and its ending; the first found counts.</summary>
    /// <param name="precision">The precision.</param>
    public static IReadOnlyList<string> Suffixes(this ModelPrecision precision) => precision switch
    {
        ModelPrecision.Float32 => [""],
        ModelPrecision.Float16 => ["_fp16"],
        _ => ["_quantized", "_int8"],
    };
}
