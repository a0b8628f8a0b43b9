using EmbedKit.Embedding.Models;

namespace EmbedKit.Quantization;

/// <summary>How close and how fast the int8 model is, one input at a time.</summary>
/// <param name="Inputs">Images or texts compared.</param>
/// <param name="MinCosine">The smallest cosine between the float32 and the int8 embedding of an input.</param>
/// <param name="MeanCosine">Their mean.</param>
/// <param name="PerSecondBefore">Inputs a second of the float32 model, from the median time of one.</param>
/// <param name="PerSecondAfter">Inputs a second of the int8 model.</param>
public sealed record QuantizationEffect(int Inputs, double MinCosine, double MeanCosine, double PerSecondBefore, double PerSecondAfter);

/// <summary>One ONNX file quantised.</summary>
/// <param name="Side">What it embeds.</param>
/// <param name="Source">The float32 file.</param>
/// <param name="Target">The int8 file; not written when the cosine asked for was not reached.</param>
/// <param name="BytesBefore">Size with outside data.</param>
/// <param name="BytesAfter">Size with outside data.</param>
/// <param name="Effect">What it does to embeddings; null when nothing was measured.</param>
/// <param name="Quantized">Names of the layers quantised.</param>
/// <param name="Skipped">Every other MatMul, Gemm and Conv.</param>
public sealed record QuantizedFile(
    EncoderSide Side, string Source, string Target, long BytesBefore, long BytesAfter, QuantizationEffect? Effect,
    IReadOnlyList<string> Quantized, IReadOnlyList<SkippedLayer> Skipped);

/// <summary>What a quantisation did.</summary>
/// <param name="Reached">Whether every file keeps the smallest cosine asked for; when not, nothing was written.</param>
/// <param name="Inputs">What was measured on.</param>
/// <param name="Sides">One entry a side.</param>
/// <param name="Written">Every file written or changed.</param>
public sealed record QuantizationReport(bool Reached, string Inputs, IReadOnlyList<QuantizedFile> Sides, IReadOnlyList<string> Written);
