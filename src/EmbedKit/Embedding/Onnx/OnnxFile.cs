using EmbedKit.Embedding.Onnx.Format;
using EmbedKit.Runtime;
using Google.Protobuf;

namespace EmbedKit.Embedding.Onnx;

/// <summary>Reads an ONNX file as the message it is. Weights stored outside the file stay there (see <see cref="OnnxTensorData"/>).</summary>
internal static class OnnxFile
{
    /// <summary>Reads the model.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <exception cref="InputException">No such file, or it is no ONNX model.</exception>
    internal static ModelProto Read(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path, "an ONNX model");
            var model = ModelProto.Parser.ParseFrom(stream);

            // Some texts happen to be well-formed protobuf; none of them is a graph with nodes.
            return model.Graph is { Node.Count: > 0 } ? model
                : throw new InputException($"{path}: not an ONNX model (no graph in it); expected a protobuf ModelProto.");
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InputException($"{path}: not readable as an ONNX model ({error.Message}); expected a protobuf ModelProto.", error);
        }
    }
}
