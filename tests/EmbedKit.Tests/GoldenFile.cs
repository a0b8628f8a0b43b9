namespace EmbedKit.Tests;

/// <summary>Outputs of other people's code, for parity tests.</summary>
internal static class GoldenFile
{
    /// <summary>The full path of a file in <c>Golden/</c>.</summary>
    internal static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", name);
}
