using EmbedKit.Cli.Terminal;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>File names that come from a hub must be harmless on every system: inside the folder, no device of Windows, and shown as they
/// are.</summary>
internal static class HubPath
{
    private const string Forbidden = "\\:*?\"<>|";
    private static readonly string[] Devices =
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })];

    /// <returns>The path.</returns>
    /// <exception cref="InputException">The path is empty, absolute, climbs, or has a part no file should be called.</exception>
    internal static string Check(string path, string source) => path.Length is > 0 and <= 512 && path.Split('/').All(IsSafe)
        ? path
        : throw new InputException($"{source}: names a file '{path}'; expected a plain relative path inside the model's folder.");

    private static bool IsSafe(string part) =>
        part is not ("" or "." or "..") && part.Length <= 200 && part[^1] is not ('.' or ' ')
        && VisibleText.Of(part) == part && !part.Any(c => char.IsControl(c) || Forbidden.Contains(c, StringComparison.Ordinal))
        && !Devices.Contains(part.Split('.')[0].TrimEnd(' '), StringComparer.OrdinalIgnoreCase);
}
