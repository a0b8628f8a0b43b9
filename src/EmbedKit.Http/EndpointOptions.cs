using System.Net;
using System.Net.Sockets;
using EmbedKit.Runtime;

namespace EmbedKit.Http;

/// <summary>Which OpenAI-compatible endpoint embeds text, and how it is asked.</summary>
public sealed record EndpointOptions
{
    private const string Expected = "expected https://HOST/v1#MODEL, e.g. http://localhost:11434/v1#nomic-embed-text";

    /// <summary>The API's base address, to which <c>/embeddings</c> is added; without query, fragment or credentials.</summary>
    public required Uri Address { get; init; }

    /// <summary>The model's name, as the endpoint knows it.</summary>
    public required string Model { get; init; }

    /// <summary>Sent as bearer token; null sends none. Never shown.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Texts a request, at most. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>How long one answer may take. Default 5 min: a 7 B model on a CPU is slow.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Retries.</summary>
    public HttpRetryOptions Retry { get; init; } = new();

    /// <summary>Whether texts may go unencrypted to a host that is neither this machine nor on a private network. Default false.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Whether a name given for a model is an endpoint's address.</summary>
    /// <param name="name">A model's name, folder or address.</param>
    public static bool IsAddress(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || name.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads <c>https://HOST/v1#MODEL</c>: what stands behind # names the model and is not part of the address.</summary>
    /// <param name="address">The text.</param>
    /// <exception cref="InputException">Not such an address, or one with a password or a query in it.</exception>
    public static EndpointOptions Parse(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !IsAddress(address))
        {
            throw new InputException($"{address}: not an address; {Expected}.");
        }

        var shown = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0)
        {
            throw new InputException(
                $"{shown}: the address holds a password or a query; {Expected}. Give the key in the environment (EMBEDKIT_API_KEY).");
        }

        return uri.Fragment.Length > 1
            ? new() { Address = new(shown), Model = Uri.UnescapeDataString(uri.Fragment[1..]) }
            : throw new InputException($"{shown}: names no model; {Expected}.");
    }

    /// <summary>The address and model, never the key.</summary>
    public override string ToString() => $"{Address}#{Model}";

    internal void Validate()
    {
        if (BatchSize is < 1 or > 2048)
        {
            throw new InputException($"batch size is {BatchSize}; expected 1 to 2048.");
        }

        BearerToken.Check(ApiKey, nameof(ApiKey));
        if (Address.Scheme != Uri.UriSchemeHttps && !AllowInsecure && !IsNear(Address))
        {
            throw new InputException(
                $"{Address}: would send the texts unencrypted over a public network; expected https, this machine, or a private address. To do it "
                    + "all the same: --allow-insecure.");
        }
    }

    /// <summary>This machine or a private network: loopback names, and addresses of RFC 1918, 3927 and 4193.</summary>
    internal static bool IsNear(Uri address)
    {
        if (address.IsLoopback || !IPAddress.TryParse(address.IdnHost, out var ip))
        {
            return address.IsLoopback || address.IdnHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        }

        ip = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
        var bytes = ip.GetAddressBytes();
        return ip.AddressFamily == AddressFamily.InterNetworkV6
            ? ip.IsIPv6UniqueLocal || ip.IsIPv6LinkLocal
            : bytes is [10, ..] or [192, 168, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..];
    }
}
