using EmbedKit.Runtime;

namespace EmbedKit.Http;

/// <summary>A secret that goes into a request's <c>Authorization</c> header, as an environment gives it.</summary>
public static class BearerToken
{
    /// <summary>Trims it, and refuses what no header can carry; the secret itself is never shown.</summary>
    /// <param name="value">The secret, or null.</param>
    /// <param name="source">Where it comes from, as messages name it.</param>
    /// <returns>The secret, or null where there is none.</returns>
    /// <exception cref="InputException">It has a line break, a blank or anything else but visible ASCII in it.</exception>
    public static string? Check(string? value, string source) => value?.Trim() is not { Length: > 0 } secret ? null
        : secret.All(c => c is > ' ' and < '\x7f') ? secret
        : throw new InputException(
            $"{source}: has a line break, a blank or another character in it that no token has; expected one line of visible ASCII. Copy it again "
                + "(it is not shown here).");
}
