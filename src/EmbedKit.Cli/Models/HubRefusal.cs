using System.Net;
using EmbedKit.Http;
using EmbedKit.Runtime;

namespace EmbedKit.Cli.Models;

/// <summary>Turns a hub's refusals into one line that says what to do.</summary>
internal static class HubRefusal
{
    /// <exception cref="InputException">The hub refuses for good.</exception>
    /// <exception cref="TransientHttpException">It may answer later.</exception>
    internal static void ThrowUnlessOk(HttpResponseMessage response, HubOptions options, string repository, string what)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        HttpRetry.ThrowIfTransient(response, $"{options.Address.Host} ({repository})", options.Retry.Clock);
        var code = response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.First() : "";
        var page = $"{options.Address.AbsoluteUri.TrimEnd('/')}/{repository}";
        throw new InputException((response.StatusCode, code) switch
        {
            (HttpStatusCode.NotFound, "RevisionNotFound") =>
                $"{repository}: no revision '{what}'; expected a branch, tag or commit listed at {page}/commits/main.",
            (HttpStatusCode.NotFound, "EntryNotFound") => $"{repository}: no file '{what}'; expected it, since the hub lists it. Run again.",
            (HttpStatusCode.Unauthorized, "RepoNotFound") or (HttpStatusCode.NotFound, _) => NoSuchModel(repository),
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) when options.Token is null =>
                $"{repository}: access must be asked for ({(int)response.StatusCode}). Ask at {page}, make a token in your account's settings "
                    + "there, and give it in the environment: HF_TOKEN=… embedkit models pull …",
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) =>
                $"{repository}: your HF_TOKEN has no access ({(int)response.StatusCode}). Ask for it at {page} with the token's account, and check "
                    + "that the token may read gated models.",
            _ => $"{repository}: {options.Address.Host} answers {(int)response.StatusCode} ({response.StatusCode}) for '{what}'; expected the model.",
        });
    }

    /// <summary>The line for a name nobody knows, with the nearest that are known.</summary>
    internal static string NoSuchModel(string name)
    {
        var near = InputException.Nearest(name, ModelCatalogue.All.SelectMany(m => (string?[])[m.Name, m.Repository]).OfType<string>());
        return $"model '{name}': no such model on the hub (or a private one)"
            + (near.Count > 0 ? $"; did you mean {string.Join(", ", near)}?"
                : $"; expected OWNER/NAME, or one of {string.Join(", ", ModelCatalogue.All.Select(m => m.Name))}.");
    }
}
