using System.Security.Cryptography;
using System.Text;

namespace EmbedKit.Experiments;

/// <summary>
/// Names of users (data sets, labels, classes) as parts of file names and of ids on a page: letters, digits and underscores alone. What had to be
/// changed ends in a hash of the whole name, so that different names stay different.
/// </summary>
internal static class SafeName
{
    private const int MostCharacters = 40;
    private static readonly string[] Reserved = ["CON", "PRN", "AUX", "NUL", "CLOCK"];

    /// <summary>The safe form of a name: the name itself where it is safe.</summary>
    /// <param name="name">Any text.</param>
    /// <returns>1 to 49 letters, digits, underscores and hyphens, a letter or digit first.</returns>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var safe = new string([.. name.Take(MostCharacters).Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '-')]).Trim('-', '_');
        return safe == name && safe.Length > 0 && !IsReserved(safe) ? safe
            : $"{(safe.Length > 0 ? safe : "name")}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8]}";
    }

    /// <summary>Safe forms that differ also where case does not count, as in file names on Windows and macOS.</summary>
    /// <param name="names">Different names.</param>
    public static string[] Of(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var twice = names.GroupBy(Of, StringComparer.OrdinalIgnoreCase).Where(g => g.Skip(1).Any()).SelectMany(g => g)
            .ToHashSet(StringComparer.Ordinal);

        // A blank is not safe, so that the hash of the name is added.
        return [.. names.Select(n => twice.Contains(n) ? Of(n + " ") : Of(n))];
    }

    private static bool IsReserved(string name) => Reserved.Contains(name, StringComparer.OrdinalIgnoreCase)
        || (name.Length == 4 && char.IsAsciiDigit(name[3]) && name[..3].ToUpperInvariant() is "COM" or "LPT");
}
