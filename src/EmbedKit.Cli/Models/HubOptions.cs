using EmbedKit.Http;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>Which hub models come from, and how it is asked.</summary>
internal sealed record HubOptions
{
    /// <summary>The hub's base address. Default https://huggingface.co.</summary>
    internal Uri Address { get; init; } = new("https://huggingface.co");

    /// <summary>Sent to the hub's own host alone; null sends none. Never shown.</summary>
    internal string? Token { get; init; }

    /// <summary>Retries. An attempt that brought a file further does not count.</summary>
    internal HttpRetryOptions Retry { get; init; } = new();

    /// <summary>How long a connection may take for an answer's head, and for each <see cref="HubPatience.Piece"/> of its body. Default 1
    /// min.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The hub named on the command line, else by HF_ENDPOINT; the token from HF_TOKEN.</summary>
    /// <exception cref="InputException">Not an address that can be asked.</exception>
    internal static HubOptions FromEnvironment(string? hub)
    {
        var (name, text) = hub is not null ? ("--hub", hub) : ("HF_ENDPOINT", Environment.GetEnvironmentVariable("HF_ENDPOINT"));
        var options = new HubOptions { Token = BearerToken.Check(Environment.GetEnvironmentVariable("HF_TOKEN"), "HF_TOKEN") };
        if (string.IsNullOrEmpty(text))
        {
            return options;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.UserInfo.Length > 0 || address.Query.Length > 0
            || address.Fragment.Length > 0)
        {
            throw new InputException($"{name}: not a hub's address; expected e.g. https://huggingface.co, without password, query or fragment.");
        }

        Check(address, from: null);
        return options with { Address = address };
    }

    /// <summary>Only https is asked, or http on this machine.</summary>
    /// <param name="address">The address.</param>
    /// <param name="from">Whence it was redirected to.</param>
    /// <exception cref="InputException">Another address, or a step down from https.</exception>
    internal static void Check(Uri address, Uri? from)
    {
        if (address.Scheme != Uri.UriSchemeHttps
            && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && from?.Scheme != Uri.UriSchemeHttps))
        {
            throw new InputException(
                $"{address.GetLeftPart(UriPartial.Path)}: {(from is null ? "" : $"redirected to from {from.Host}, and ")}not encrypted; expected "
                    + "https, or http on this machine.");
        }
    }

    /// <summary>The address, never the token.</summary>
    public override string ToString() => Address.AbsoluteUri;
}
