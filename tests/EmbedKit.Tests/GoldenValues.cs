using System.Globalization;
using System.Text.Json;

namespace EmbedKit.Tests;

/// <summary>Outputs of other people's programs (NumPy, SciPy, scikit-learn, PyTorch, the paper's code), to compare with.</summary>
internal static class GoldenValues
{
    internal static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllBytes(GoldenFile.Path(name))).RootElement;

    /// <summary>A comma-separated matrix without header.</summary>
    internal static double[][] Matrix(string name) =>
        [.. File.ReadAllLines(GoldenFile.Path(name)).Where(l => l.Length > 0)
            .Select(l => l.Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture)).ToArray())];

    internal static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    internal static int[] Ints(this JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt32())];
}
