using System.Net;
using EmbedKit.Runtime;
using Polly;
using Polly.Retry;

namespace EmbedKit.Http;

/// <summary>How often and how patiently an HTTP exchange is tried again.</summary>
public sealed record HttpRetryOptions
{
    /// <summary>Tries in all, at least 2. Default 6.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>Wait before the second try; it doubles from try to try, with jitter. Default 1 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest wait, also where the server asks for a longer one by <c>Retry-After</c>; where it asks for more than all waits together
    /// could be, it is given up at once. Default 2 min.
    /// </summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The clock that is waited on.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A failure that may pass: no connection, a cut answer, too many requests, a server that is busy or restarting.</summary>
/// <param name="message">One line.</param>
/// <param name="retryAfter">The wait that the server asked for.</param>
/// <param name="inner">The cause.</param>
public sealed class TransientHttpException(string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : HttpRequestException(message, inner)
{
    /// <summary>The wait that the server asked for, or null.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>Tries an HTTP exchange again after failures that may pass: exponential backoff with jitter, <c>Retry-After</c> obeyed.</summary>
public sealed class HttpRetry
{
    private readonly ResiliencePipeline _pipeline;
    private readonly TimeSpan _longest;

    /// <summary>Sets up.</summary>
    /// <param name="options">How often and how patiently; null takes the defaults.</param>
    /// <param name="waiting">Told of each failure and the wait that follows.</param>
    public HttpRetry(HttpRetryOptions? options = null, Action<string, TimeSpan>? waiting = null)
    {
        options ??= new();
        _longest = options.LongestDelay * (options.Attempts - 1);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = options.Clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstDelay,
                MaxDelay = options.LongestDelay,
                ShouldHandle = args => ValueTask.FromResult(MayPass(args.Outcome.Exception) && !AsksTooMuch(args.Outcome.Exception)),
                DelayGenerator = args => ValueTask.FromResult(
                    (args.Outcome.Exception as TransientHttpException)?.RetryAfter is { } asked ? asked < options.LongestDelay ? asked
                        : options.LongestDelay : (TimeSpan?)null),
                OnRetry = args =>
                {
                    waiting?.Invoke(args.Outcome.Exception!.Message, args.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Runs an exchange until it succeeds, fails for good, or the tries are used up; then the last failure is thrown.</summary>
    /// <param name="exchange">One try.</param>
    /// <param name="cancellation">Ends the tries and the waits.</param>
    /// <typeparam name="T">What an exchange gives.</typeparam>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        try
        {
            return await _pipeline.ExecuteAsync(async token => await exchange(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (TransientHttpException error) when (AsksTooMuch(error))
        {
            throw new TransientHttpException(
                FormattableString.Invariant(
                    $"{error.Message} It asks for a wait of {error.RetryAfter!.Value.TotalSeconds:N0} s; at most {_longest.TotalSeconds:N0} s ")
                    + "are waited. Run the same command again later.",
                error.RetryAfter,
                error);
        }
    }

    /// <summary>Throws <see cref="TransientHttpException"/> for a status that may pass: 408, 425, 429, 500, 502, 503, 504.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="address">What was asked for, as it may be shown.</param>
    /// <param name="clock">Dates the answer's <c>Retry-After</c>, where it is a date.</param>
    public static void ThrowIfTransient(HttpResponseMessage response, string address, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(clock);
        if (response.StatusCode
            is HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            var after = response.Headers.RetryAfter;
            var asked = after?.Delta ?? (after?.Date is { } date ? date - clock.GetUtcNow() : null);
            throw new TransientHttpException(
                $"{address}: answers {(int)response.StatusCode} ({response.StatusCode}).", asked < TimeSpan.Zero ? TimeSpan.Zero : asked);
        }
    }

    /// <summary>Whether a failed request may succeed later: not where the other side is not who it says, or floods us.</summary>
    /// <param name="failure">What it ended with.</param>
    public static bool MayPass(Exception? failure) => failure is TransientHttpException
        or HttpRequestException
    {
        StatusCode: null, HttpRequestError: not (HttpRequestError.SecureConnectionError
            or HttpRequestError.ConfigurationLimitExceeded)
    };

    private bool AsksTooMuch(Exception? failure) => failure is TransientHttpException { RetryAfter: { } asked } && asked > _longest;
}
