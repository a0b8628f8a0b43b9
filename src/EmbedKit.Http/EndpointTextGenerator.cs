using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EmbedKit.Runtime;
using Microsoft.Extensions.AI;

namespace EmbedKit.Http;

/// <summary>
/// Text embeddings from any server that speaks OpenAI's <c>POST /embeddings</c> (llama.cpp, Ollama, vLLM): batched, retried, every answer
/// checked for count, order, width and finite numbers. Put <see cref="CachedTextGenerator"/> before it, so that a killed run does not pay again.
/// </summary>
public sealed class EndpointTextGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private const int LongestAnswerOfText = 1 << 20;
    private readonly EndpointOptions _options;
    private readonly HttpClient _client;
    private readonly HttpRetry _retry;
    private readonly Uri _target;
    private int _width;

    /// <summary>Sets up; nothing is sent yet.</summary>
    /// <param name="options">The endpoint.</param>
    /// <param name="waiting">Told of each failure and the wait that follows.</param>
    /// <exception cref="InputException">An option out of range, or http to a public host.</exception>
    public EndpointTextGenerator(EndpointOptions options, Action<string, TimeSpan>? waiting = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _retry, _target) = (options, new(options.Retry, waiting), new(options.Address.AbsoluteUri.TrimEnd('/') + "/embeddings"));

        // A redirect would carry texts and key to where nobody said they may go.
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !_target.IsLoopback, UseCookies = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    private EmbeddingGeneratorMetadata Metadata => new("openai", _options.Address, _options.Model, _width > 0 ? _width : null);

    /// <inheritdoc/>
    /// <exception cref="InputException">The endpoint refuses, or answers with other than one finite vector of one width a text.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached, or stays busy, however often it is tried.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        Check(options);
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var batch in values.Chunk(_options.BatchSize))
        {
            foreach (var vector in await _retry.RunAsync(token => AskAsync(batch, token), cancellationToken).ConfigureAwait(false))
            {
                embeddings.Add(new(vector) { ModelId = _options.Model });
            }
        }

        return embeddings;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null : serviceType == typeof(EmbeddingGeneratorMetadata) ? Metadata : serviceType.IsInstanceOfType(this)
            ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private void Check(EmbeddingGenerationOptions? options)
    {
        if (options?.ModelId is { } model && model != _options.Model)
        {
            throw new InputException($"model '{model}' is asked for; expected {_options.Model}, the one that was opened.");
        }

        if (options?.Dimensions is { } width && width != _width)
        {
            var expected = _width > 0 ? _width.ToString(CultureInfo.InvariantCulture) : "none asked for";
            throw new InputException($"{_options.Model}: {width} dimensions are asked for; expected {expected}.");
        }
    }

    private async Task<float[][]> AskAsync(string[] texts, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _target)
        {
            Content = new ByteArrayContent(
                JsonSerializer.SerializeToUtf8Bytes(new { model = _options.Model, input = texts, encoding_format = "float" })),
        };
        request.Content.Headers.ContentType = new("application/json");
        if (_options.ApiKey is { } key)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_options.Timeout);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync((texts.Length + 1L) * LongestAnswerOfText, patience.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(patience.Token).ConfigureAwait(false);
            HttpRetry.ThrowIfTransient(response, _target.AbsoluteUri, _options.Retry.Clock);
            return response.IsSuccessStatusCode ? Keep(EmbeddingsAnswer.Read(body, texts.Length, _target.AbsoluteUri))
                : throw Refusal(response, body);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TransientHttpException(
                $"{_target}: no answer within {_options.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.");
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new InputException(
                $"{_target}: answers more than {texts.Length + 1} MiB for {NumberText.Count(texts.Length, "text")}, or a head of many headers; "
                    + "expected their embeddings.", error);
        }
    }

    private float[][] Keep(float[][] vectors)
    {
        var width = vectors[0].Length;
        var before = Interlocked.CompareExchange(ref _width, width, 0);
        return before == 0 || before == width
            ? vectors
            : throw new InputException(
                $"{_target}: answers vectors of {width} numbers after vectors of {before}; expected one width. Has the model been changed "
                    + "meanwhile?");
    }

    private InputException Refusal(HttpResponseMessage response, byte[] body)
    {
        var advice = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                "Give a valid key in the environment (EMBEDKIT_API_KEY, or OPENAI_API_KEY for api.openai.com).",
            HttpStatusCode.NotFound => $"Check the address and whether it serves '{_options.Model}'.",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                $"It redirects to {response.Headers.Location}; texts and keys do not follow redirects. Give that address, if you trust it.",
            _ => "Check the model, and whether a text is too long for it.",
        };
        var message =
            $"{_target}: refuses ({(int)response.StatusCode} {response.StatusCode}){EmbeddingsAnswer.ErrorText(body)}; expected embeddings by "
                + $"'{_options.Model}'. {advice}";

        // Some endpoints repeat the key that they refuse.
        return new(_options.ApiKey is { Length: > 0 } key ? message.Replace(key, "(the key)", StringComparison.Ordinal) : message);
    }
}
