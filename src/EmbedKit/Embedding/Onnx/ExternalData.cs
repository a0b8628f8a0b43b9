using System.Globalization;
using EmbedKit.Runtime;

namespace EmbedKit.Embedding.Onnx;

/// <summary>
/// The files beside an ONNX file that hold its large tensors (<c>model.onnx_data</c>), checked before the runtime opens them: a model is data,
/// and must not read what lies outside its folder.
/// </summary>
internal static class ExternalData
{
    /// <summary>The data files of a model.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="file">The ONNX file in it.</param>
    /// <returns>Full paths, each once, sorted; none for a model of one file.</returns>
    /// <exception cref="InputException">A reference out of the folder (by <c>..</c>, an absolute path or a link), to no file, or beyond its
    /// end.</exception>
    internal static IReadOnlyList<string> Check(string folder, string file)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var tensor in ExternalTensorReader.Read(file))
        {
            var location = tensor.Entries.GetValueOrDefault("location") is { Length: > 0 } text ? text
                : throw new InputException(
                    $"{file}: tensor '{tensor.Tensor}' has external data without a location; expected the name of a file beside the model.");
            var path = ContainedPath.Join(
                Path.GetDirectoryName(file)!, location.StartsWith("./", StringComparison.Ordinal) ? location[2..] : location)
                ?? throw Outside(file, tensor, location, "leads out of the folder");
            if (!sizes.TryGetValue(path, out var size))
            {
                if (!File.Exists(path))
                {
                    throw new InputException(
                        $"{file}: its external data '{location}' is not there; expected {path}. Fetch it from where the model came from.");
                }

                if (!ContainedPath.StaysInside(folder, path))
                {
                    throw Outside(file, tensor, location, "is a link that leads out of the model folder");
                }

                RegularFile.Check(path, "the model's external data");
                sizes[path] = size = RegularFile.Length(path, "the model's external data");
            }

            var (offset, length) = (Number(file, tensor, "offset"), Number(file, tensor, "length"));
            if (offset > size || length > size - offset)
            {
                throw new InputException(
                    $"{file}: tensor '{tensor.Tensor}' lies at bytes {offset} to {offset + (decimal)length} of '{location}', which has {size}; "
                        + "expected a whole file. Fetch it again.");
            }
        }

        return [.. sizes.Keys.Order(StringComparer.Ordinal)];
    }

    private static long Number(string file, TensorLocation tensor, string key) => !tensor.Entries.TryGetValue(key, out var text) ? 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InputException($"{file}: tensor '{tensor.Tensor}' has external data with {key} '{text}'; expected a number of bytes.");

    private static InputException Outside(string file, TensorLocation tensor, string location, string how) =>
        new(
            $"{file}: the external data '{location}' of tensor '{tensor.Tensor}' {how}; expected a file inside it. Copy the data beside the model, "
                + "under a relative path.");
}
