using System.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Onnx;

/// <summary>
/// Finds the tensors of an ONNX file that refer to other files, wherever they hide: initializers, sparse ones, attributes of nodes, subgraphs,
/// functions. It walks the protobuf on disk and skips over values, so that a model of two gigabytes takes no memory. Field numbers are those
/// of the ONNX specification.
/// </summary>
internal sealed class ExternalTensorReader
{
    private const int DeepestNesting = 64;
    private const int LongestText = 1 << 16;
    private readonly List<TensorLocation> _found = [];
    private readonly Stream _stream;
    private readonly string _path;
    private string _tensor = "";
    private Dictionary<string, string> _entries = [];
    private string _key = "", _value = "";

    private ExternalTensorReader(Stream stream, string path) => (_stream, _path) = (stream, path);

    private enum Message
    {
        Model, Graph, Node, Attribute, Tensor, SparseTensor, Entry, Function, Training,
    }

    /// <summary>Every reference the file makes.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <exception cref="InputException">The file cannot be read, or is no protobuf.</exception>
    internal static IReadOnlyList<TensorLocation> Read(string path)
    {
        try
        {
            using var file = RegularFile.OpenRead(path, "an ONNX model");
            using var stream = new BufferedStream(file, 1 << 16);
            var reader = new ExternalTensorReader(stream, path);
            reader.Walk(Message.Model, stream.Length, 0);
            return reader._found;
        }
        catch (IOException error)
        {
            throw new InputException($"{path}: cannot be read ({error.Message}); expected an ONNX file.", error);
        }
    }

    private static Message? Nested(Message message, ulong field) => (message, field) switch
    {
        (Message.Model, 7) or (Message.Attribute, 6 or 11) or (Message.Training, 1 or 2) => Message.Graph,
        (Message.Model, 20) => Message.Training,
        (Message.Model, 25) => Message.Function,
        (Message.Graph, 1) or (Message.Function, 7) => Message.Node,
        (Message.Node, 5) or (Message.Function, 11) => Message.Attribute,
        (Message.Graph, 5) or (Message.Attribute, 5 or 10) or (Message.SparseTensor, 1 or 2) => Message.Tensor,
        (Message.Graph, 15) or (Message.Attribute, 22 or 23) => Message.SparseTensor,
        (Message.Tensor, 13) => Message.Entry,
        _ => null,
    };

    private void Walk(Message message, long end, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw Broken($"nested more than {DeepestNesting} deep");
        }

        if (message == Message.Tensor)
        {
            (_tensor, _entries) = ("", []);
        }

        (_key, _value) = ("", "");
        while (_stream.Position < end)
        {
            var tag = Varint(end);
            Field(message, tag >> 3, (int)(tag & 7), end, depth);
        }

        if (message == Message.Entry)
        {
            _entries[_key] = _value;
        }
        else if (message == Message.Tensor && _entries.Count > 0)
        {
            _found.Add(new(_tensor, _entries));
        }
    }

    private void Field(Message message, ulong field, int wireType, long end, int depth)
    {
        if (wireType == 0)
        {
            _ = Varint(end);
            return;
        }

        var length = wireType switch
        {
            1 => 8UL,
            2 => Varint(end),
            5 => 4UL,
            _ => throw Broken($"wire type {wireType}"),
        };
        if (field == 0 || length > (ulong)(end - _stream.Position))
        {
            throw Broken("a field that is longer than what holds it, or has no number");
        }

        var fieldEnd = _stream.Position + (long)length;
        if (wireType != 2)
        {
            _stream.Position = fieldEnd;
        }
        else if (Nested(message, field) is { } nested)
        {
            Walk(nested, fieldEnd, depth + 1);
        }
        else
        {
            switch (message, field)
            {
                case (Message.Tensor, 8):
                    _tensor = Text((long)length);
                    break;
                case (Message.Entry, 1):
                    _key = Text((long)length);
                    break;
                case (Message.Entry, 2):
                    _value = Text((long)length);
                    break;
                default:
                    _stream.Position = fieldEnd;
                    break;
            }
        }
    }

    private ulong Varint(long end)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64 && _stream.Position < end; shift += 7)
        {
            var next = _stream.ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return next < 0 ? throw Broken("an early end") : value;
            }
        }

        throw Broken("an unending number");
    }

    private string Text(long length)
    {
        if (length > LongestText)
        {
            throw Broken($"a name of {length} bytes");
        }

        var bytes = new byte[length];
        _stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private InputException Broken(string what) =>
        new($"{_path}: not an ONNX file ({what} at byte {_stream.Position}); expected a protobuf ModelProto, whole.");
}
