namespace EmbedKit.Embedding.Onnx;

/// <summary>A tensor of an ONNX file whose values lie in another file, as the file says it: nothing is checked yet.</summary>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Entries">Keys and values: <c>location</c>, <c>offset</c>, <c>length</c>.</param>
internal sealed record TensorLocation(string Tensor, IReadOnlyDictionary<string, string> Entries);
