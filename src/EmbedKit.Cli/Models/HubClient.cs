using System.Net;
using System.Net.Http.Headers;
using EmbedKit.Http;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>
/// Asks a Hugging Face-style hub. Redirects are followed by hand: over https alone, a bounded number of them, and the token goes to no host
/// but the hub's.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 8;
    private const int LongestDescription = 32 << 20;
    private readonly HttpClient _client;

    internal HubClient(HubOptions options, Action<string, TimeSpan>? waiting = null)
    {
        (Options, Retry) = (options, new(options.Retry, waiting));
        _client = new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = !options.Address.IsLoopback,
                ConnectTimeout = options.Patience,
            })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("embedkit");
    }

    internal HubOptions Options { get; }

    internal HttpRetry Retry { get; }

    /// <summary>What the hub says of a model.</summary>
    /// <exception cref="InputException">No such model or revision, no access, or an answer that makes no sense.</exception>
    internal async Task<HubModel> DescribeAsync(string repository, string revision, CancellationToken cancellation)
    {
        var address = Below($"api/models/{Escaped(repository)}/revision/{Uri.EscapeDataString(revision)}?blobs=true");
        var json = await Retry.RunAsync(
            async token =>
            {
                using var patience = new HubPatience(Options.Patience, token);
                using var response = await SendAsync(address, _ => { }, patience).ConfigureAwait(false);
                HubRefusal.ThrowUnlessOk(response, Options, repository, revision);
                var body = new MemoryStream();
                await using var stream = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                var buffer = new byte[1 << 16];
                for (int read; (read = await ReadAsync(stream, buffer, patience).ConfigureAwait(false)) > 0;)
                {
                    body.Write(buffer, 0, read);
                    if (body.Length > LongestDescription)
                    {
                        throw new InputException(
                            $"{address}: answers more than {LongestDescription >> 20} MiB; expected the description of one model.");
                    }
                }

                return body.ToArray();
            },
            cancellation).ConfigureAwait(false);
        return HubModel.Read(json, repository, address.AbsoluteUri);
    }

    internal Uri AddressOf(HubModel model, HubFile file) => Below($"{Escaped(model.Repository)}/resolve/{model.Commit}/{Escaped(file.Path)}");

    /// <summary>Sends a GET and follows redirects; the answer's body is not read yet.</summary>
    /// <param name="address">On the hub.</param>
    /// <param name="prepare">Adds headers to each request on the way.</param>
    /// <param name="patience">Ends when the hub stays silent, or the user cancels.</param>
    internal async Task<HttpResponseMessage> SendAsync(Uri address, Action<HttpRequestMessage> prepare, HubPatience patience)
    {
        HubOptions.Check(address, from: null);
        for (var step = 0; step <= MostRedirects; step++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            prepare(request);
            if (Options.Token is { } secret
                && Uri.Compare(address, Options.Address, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0)
            {
                request.Headers.Authorization = new("Bearer", secret);
            }

            var response =
                await PatientlyAsync(() => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token), address.Host,
                    patience).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return response;
            }

            var location = response.Headers.Location;
            response.Dispose();
            if (location is null || !Uri.TryCreate(address, location, out var next))
            {
                throw new InputException($"{address.GetLeftPart(UriPartial.Path)}: redirects to no address; expected the file. Is --hub right?");
            }

            HubOptions.Check(next, from: address);
            address = next;
        }

        throw new InputException($"{address.GetLeftPart(UriPartial.Path)}: more than {MostRedirects} redirects; expected the file. Is --hub right?");
    }

    /// <summary>Reads a part of a body; silence and broken connections become failures that may pass.</summary>
    internal async Task<int> ReadAsync(Stream stream, Memory<byte> buffer, HubPatience patience)
    {
        var read = await PatientlyAsync(() => stream.ReadAsync(buffer, patience.Token).AsTask(), Options.Address.Host, patience)
            .ConfigureAwait(false);
        patience.Brought(read);
        return read;
    }

    public void Dispose() => _client.Dispose();

    private async Task<T> PatientlyAsync<T>(Func<Task<T>> wait, string host, HubPatience patience)
    {
        try
        {
            return await wait().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.Ended)
        {
            throw new TransientHttpException(
                FormattableString.Invariant($"{host}: silent, or all but silent, for {Options.Patience.TotalSeconds:0.#} s."));
        }
        catch (Exception error) when (error is IOException || HttpRetry.MayPass(error))
        {
            throw new TransientHttpException(
                $"{host}: {error.Message.TrimEnd('.')}. Check the network, or use --offline with what is there.", inner: error);
        }
        catch (HttpRequestException error)
        {
            throw new InputException(
                $"{host}: {error.GetBaseException().Message.TrimEnd('.')}; expected a hub that can be trusted and answers by HTTP. Is --hub right?",
                error);
        }
    }

    private Uri Below(string relative) => new($"{Options.Address.AbsoluteUri.TrimEnd('/')}/{relative}");

    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
