using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>A content hash as hubs give it: SHA-256 for files in large-file storage, git's blob id (SHA-1 over a header and the content) for
/// others.</summary>
/// <param name="Hex">Lower-case hexadecimal.</param>
/// <param name="IsGitBlob">Whether it is git's.</param>
internal sealed record HubHash(string Hex, bool IsGitBlob)
{
    internal static HubHash Sha256(string? hex, string source) => new(Checked(hex, 64, source), false);

    internal static HubHash GitBlob(string? hex, string source) => new(Checked(hex, 40, source), true);

    /// <summary>Reads a file once.</summary>
    /// <returns>Its SHA-256, and its hash of this one's kind.</returns>
    [SuppressMessage("Security", "CA5350", Justification = "Git names its blobs by SHA-1; the lock holds the SHA-256.")]
    internal (string Sha256, HubHash Hash) Of(string path, CancellationToken cancellation)
    {
        using var stream = File.OpenRead(path);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var git = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        git.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {stream.Length}\0")));
        var buffer = new byte[1 << 20];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            sha256.AppendData(buffer, 0, read);
            if (IsGitBlob)
            {
                git.AppendData(buffer, 0, read);
            }
        }

        var content = Convert.ToHexStringLower(sha256.GetHashAndReset());
        return (content, new(IsGitBlob ? Convert.ToHexStringLower(git.GetHashAndReset()) : content, IsGitBlob));
    }

    public override string ToString() => $"{(IsGitBlob ? "git blob" : "SHA-256")} {Hex}";

    private static string Checked(string? hex, int length, string source) => hex?.Length == length && hex.All(char.IsAsciiHexDigit)
        ? hex.ToLowerInvariant()
        : throw new InputException($"{source}: gives '{hex}' as a content hash; expected {length} hexadecimal digits.");
}
